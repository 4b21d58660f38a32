// TlsCertificate: the certificate in force, which can be replaced while connections go on: those
// that exist keep theirs, new ones get the new one. Threads: any.
#pragma once

#include <memory>
#include <mutex>

#include "net/tls.hpp"

namespace bw::net {

class TlsCertificate {
 public:
    /// Reads the files. An error leaves everything as it is.
    [[nodiscard]] base::Result<void> load(const TlsFiles& files) {
        auto context = TlsContext::open(files);
        if (!context) return std::unexpected(context.error());
        const std::scoped_lock lock(mutex_);
        context_ = std::move(*context);
        return {};
    }
    /// Requires: load() succeeded once.
    [[nodiscard]] std::shared_ptr<const TlsContext> context() const {
        const std::scoped_lock lock(mutex_);
        return context_;
    }

 private:
    mutable std::mutex mutex_;
    std::shared_ptr<const TlsContext> context_;
};

}  // namespace bw::net
