#include "observe/counters_file.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "base/assert.hpp"
#include "base/crc32c.hpp"
#include "observe/format.hpp"

namespace bw::observe {
namespace {

template <std::size_t size>
void put(char (&field)[size], std::string_view text) {
    std::memcpy(field, text.data(), std::min(text.size(), size - 1));
}

std::vector<Descriptor> describe(const LabelNames& names) {
    std::vector<Descriptor> descriptors;
    for (const Row& row : catalogue())
        for (std::size_t cell = 0; cell < named_cells(row, names); ++cell) {
            Descriptor& descriptor = descriptors.emplace_back();
            descriptor.number = row.number;
            descriptor.kind = static_cast<std::uint16_t>(row.kind);
            descriptor.unit = static_cast<std::uint16_t>(row.unit);
            descriptor.offset = row.offset + cell * row.stride;
            put(descriptor.name, row.name);
            put(descriptor.labels, label_text(row.label, cell, names));
            put(descriptor.help, row.help);
        }
    return descriptors;
}

FileHeader header_of(const CountersFile::Setup& setup, std::span<const Descriptor> descriptors) {
    FileHeader header{};
    header.magic = file_magic;
    header.version = file_version;
    header.node = setup.node;
    header.cluster = setup.cluster;
    header.started_ns = setup.started_ns;
    header.process = setup.process;
    header.descriptors = static_cast<std::uint32_t>(descriptors.size());
    const std::size_t end = header_bytes + descriptors.size_bytes();
    header.values_offset = (end + header_bytes - 1) / header_bytes * header_bytes;
    header.file_bytes = header.values_offset + sizeof(Page);
    put(header.program, setup.program);
    put(header.durability, setup.durability);
    const auto bytes = std::as_bytes(std::span(&header, 1));
    header.crc = base::crc32c(base::crc32c(0, bytes.first(offsetof(FileHeader, crc))),
                              std::as_bytes(descriptors));
    return header;
}

}  // namespace

base::Result<std::unique_ptr<CountersFile>> CountersFile::create(platform::Storage& storage,
                                                                 const Setup& setup) {
    const std::vector<Descriptor> descriptors = describe(setup.names);
    const FileHeader header = header_of(setup, descriptors);
    std::unique_ptr<CountersFile> counters(new CountersFile(storage, setup.path));

    const std::string fresh = setup.path + ".new";
    auto file = storage.create_mapped(fresh, header.file_bytes);
    if (!file) return std::unexpected(file.error());
    counters->file_ = std::move(*file);
    std::byte* bytes = counters->file_->writable().data();
    std::memcpy(bytes + header_bytes, descriptors.data(), descriptors.size() * sizeof(Descriptor));
    counters->page_ = new (bytes + header.values_offset) Page;
    std::memcpy(bytes, &header, sizeof header);

    auto lock = storage.lock(fresh);
    if (!lock) return std::unexpected(lock.error());
    counters->lock_ = std::move(*lock);
    if (auto renamed = storage.rename(fresh, setup.path); !renamed)
        return std::unexpected(renamed.error());
    return counters;
}

base::Result<void> CountersFile::end(std::uint64_t now_ns, const std::string& last_path) {
    std::memcpy(file_->writable().data() + offsetof(FileHeader, ended_ns), &now_ns, sizeof now_ns);
    auto copied = storage_.write_file(last_path, file_->bytes());
    auto removed = storage_.remove(path_);
    return copied ? removed : copied;
}

}  // namespace bw::observe
