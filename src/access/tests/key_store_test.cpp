// Keys and their files.
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>

#include "access/tests/access_fixture.hpp"

namespace bw::access::testing {
namespace {

using KeyStoreTest = AuthenticatorTest;

TEST_F(KeyStoreTest, keys_survive_a_restart_and_their_files_are_private) {
    const Key key = trader(3);
    restart();
    const Key* found = keys->find(key.id.view());
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->secret, key.secret);
    EXPECT_EQ(found->account, key.account);
    EXPECT_EQ(keys->size(), 3u);  // with the operations keys of the first start
    const auto mode = [this](const char* name) {
        struct stat status{};
        EXPECT_EQ(::stat((directory.path() / name).c_str(), &status), 0);
        return status.st_mode & 0777;
    };
    EXPECT_EQ(mode("keys.kek"), 0400u);
    EXPECT_EQ(mode("operator.key"), 0400u);
    for (const char* name : {"access.db", "access.db-journal", "access.marks"})
        EXPECT_EQ(mode(name), 0600u) << name;
    for (const char* name : {"access.db", "access.db-journal"}) {
        const std::string content = content_of(directory.path() / name);
        EXPECT_EQ(content.find(hex(key.secret)), std::string::npos);
        EXPECT_EQ(content.find(std::string(reinterpret_cast<const char*>(key.secret.data()), 32)),
                  std::string::npos);
    }
}

TEST_F(KeyStoreTest, every_operator_has_a_key_file_and_a_number_that_comes_from_the_key) {
    const auto key_of = [this](std::uint32_t number) {
        simdjson::dom::parser parser;
        std::string_view id;
        EXPECT_EQ(parser.load(keys->operator_key_file(number).string())["keyId"].get(id),
                  simdjson::SUCCESS);
        return *keys->find(id);
    };
    for (const std::uint32_t number : {1u, 2u}) {
        const auto principal = authenticator->authenticate(message(key_of(number), 1).view());
        ASSERT_TRUE(principal);
        EXPECT_EQ(principal->role, Role::operations);
        EXPECT_EQ(principal->operator_id, number);
    }
    const KeyId second_id = key_of(2).id;
    keys = *KeyStore::open(directory.path(), random, clock, 3);
    EXPECT_EQ(keys->operators(), 3u);
    EXPECT_EQ(key_of(2).id, second_id) << "existing keys stay";
    EXPECT_EQ(key_of(3).operator_id, 3u);
    keys = *KeyStore::open(directory.path(), random, clock, 1);
    EXPECT_EQ(keys->operators(), 3u);
}

TEST_F(KeyStoreTest, facts_are_bound_to_the_secret) {
    (void)trader(3);
    keys.reset();
    const auto run = [this](const char* sql) {
        ASSERT_TRUE((*Database::open(directory.path() / "access.db"))->run(sql));
    };
    for (const auto& [change, undo] :
         {std::pair("UPDATE key SET operator = 3 WHERE operator = 2",
                    "UPDATE key SET operator = 2 WHERE operator = 3"),
          std::pair("UPDATE key SET account = 4 WHERE account = 3",
                    "UPDATE key SET account = 3 WHERE account = 4"),
          std::pair("UPDATE key SET created = created + 1", "UPDATE key SET created = created - 1"),
          std::pair("UPDATE key SET role = 'nobody' WHERE row = 1",
                    "UPDATE key SET role = 'operations' WHERE row = 1")}) {
        run(change);
        EXPECT_FALSE(KeyStore::open(directory.path(), random, clock)) << change;
        run(undo);
        EXPECT_TRUE(KeyStore::open(directory.path(), random, clock)) << undo;
    }
}

TEST_F(KeyStoreTest, another_kek_or_none_is_refused) {
    const auto path = directory.path() / "keys.kek";
    const std::string kek = content_of(path);
    std::filesystem::remove(path);
    const auto without = KeyStore::open(directory.path(), random, clock);
    ASSERT_FALSE(without);
    EXPECT_NE(without.error().message.find("keys.kek"), std::string::npos);
    std::ofstream(path) << std::string(32, 'k');
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    EXPECT_FALSE(KeyStore::open(directory.path(), random, clock));
    std::filesystem::remove(path);
    std::ofstream(path) << kek;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    EXPECT_TRUE(KeyStore::open(directory.path(), random, clock));
}

TEST_F(KeyStoreTest, a_file_that_is_no_database_or_a_newer_one_is_refused) {
    keys.reset();
    const auto path = directory.path() / "access.db";
    ASSERT_TRUE((*Database::open(path))->run("PRAGMA user_version = 2"));
    const auto newer = KeyStore::open(directory.path(), random, clock);
    ASSERT_FALSE(newer);
    EXPECT_NE(newer.error().message.find("is of format 2"), std::string::npos)
        << newer.error().message;
    std::ofstream(path) << std::string(100'000, 'x');
    EXPECT_FALSE(KeyStore::open(directory.path(), random, clock));
}

TEST_F(KeyStoreTest, a_key_encryption_key_that_others_may_read_is_refused) {
    namespace fs = std::filesystem;
    const auto path = directory.path() / "keys.kek";
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
    const auto readable = KeyStore::open(directory.path(), random, clock);
    ASSERT_FALSE(readable);
    EXPECT_NE(readable.error().message.find("mode 0604"), std::string::npos)
        << readable.error().message;
    fs::permissions(path, fs::perms::owner_read);
    EXPECT_TRUE(KeyStore::open(directory.path(), random, clock));
}

TEST_F(KeyStoreTest, a_key_that_cannot_be_stored_does_not_exist) {
    KeyStore* store = keys.get();
    std::filesystem::remove_all(directory.path());
    EXPECT_FALSE(store->create(model::AccountId{3}));
    EXPECT_EQ(store->size(), 2u);
    std::filesystem::create_directory(directory.path());
}

TEST_F(KeyStoreTest, a_store_with_the_room_for_marks_used_up_creates_no_key) {
    keys.reset();
    const std::string full = fmt::format("UPDATE sqlite_sequence SET seq = {}", keys_max);
    ASSERT_TRUE((*Database::open(directory.path() / "access.db"))->run(full.c_str()));
    keys = *KeyStore::open(directory.path(), random, clock);
    EXPECT_FALSE(keys->create(model::AccountId{3}));
    restart();
    EXPECT_EQ(keys->size(), 2u);
}

TEST_F(KeyStoreTest, two_stores_of_one_folder_find_the_keys_of_each_other) {
    const auto second_store = *KeyStore::open(directory.path(), random, clock);
    EXPECT_EQ(second_store->operators(), 2u) << "the first has made them";
    for (std::uint32_t account = 1; account <= 50; ++account) {
        KeyStore& maker = account % 2 == 0 ? *keys : *second_store;
        KeyStore& other = account % 2 == 0 ? *second_store : *keys;
        const Key* key = *maker.create(model::AccountId{account});
        const Key* found = other.find(key->id.view());
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->secret, key->secret);
        EXPECT_EQ(found->account, model::AccountId{account});
    }
    restart();
    EXPECT_EQ(keys->size(), 52u);
}

TEST_F(KeyStoreTest, an_unknown_id_does_not_reach_the_database) {
    const Key key = trader(1);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(keys->find("00000000000000ff"), nullptr);
    // Rows that nobody has announced are not looked for.
    ASSERT_TRUE((*Database::open(directory.path() / "access.db"))
                    ->run("INSERT INTO key (id, role, account, operator, created, sealed)"
                          " SELECT '00000000000000ff', role, account, operator, created, sealed"
                          " FROM key WHERE row = 3"));
    EXPECT_EQ(keys->find("00000000000000ff"), nullptr);
    EXPECT_NE(keys->find(key.id.view()), nullptr);
}

TEST_F(KeyStoreTest, a_restored_older_database_goes_on_from_its_own_rows) {
    const auto path = directory.path() / "access.db", copy = directory.path() / "copy";
    keys.reset();
    std::filesystem::copy(path, copy);
    restart();
    (void)trader(1), (void)trader(2);
    keys.reset();
    std::filesystem::rename(copy, path);
    restart();
    EXPECT_EQ(keys->size(), 2u);
    const auto other = *KeyStore::open(directory.path(), random, clock);
    const Key* key = *other->create(model::AccountId{3});
    EXPECT_NE(keys->find(key->id.view()), nullptr);
}

// --- A folder of an earlier version ---

constexpr const char* old_keys = R"({"version":1,"keys":[
{"keyId":"2897f2147579cf80","role":"operations","account":0,"operator":1,"created":"1767225600000000000","secret":"f50e75cb64dff441038fbaa8a968b2660c2c2049c6452d1c7bb9fdc097e8f901b6e638c8d51e812b0d98b4c2c9856cbd51be6c01964e346f6edf46495cdf493212608f1b683b93a18abf6271ef589ec0a024dfc467e49e3bf671a11c03a21539b15c7501bd44a332dc24511ce92c168d193f986c7169a809083de6429a336056105648e1"},
{"keyId":"a840b7dc87ea5eb3","role":"trader","account":21,"operator":0,"created":"1767225600000000001","secret":"893856b022fdbf7269a4a48714991c1a0b41ed35c55fcf361d5d28cfc75ecca61b6c053411fe13f801b666404fb82a5c88c49bc1e2cd4eb2c86ba11ab7b0d0381c4ef05b4bae1ff783afe51546be99efc2ed4615353c8dfbc5a234d198fe49672909de0d44fd2e7acd6686c47e0718d5844b028b7049"},
{"keyId":"d2aa2424913b48a9","role":"operations","account":0,"operator":2,"created":"1767225600000000000","secret":"d2daf9ef2b026bea12146b8528cface767b09ed1b4f510b04d6088e755fed54abb51d6c84480aef89f47971409a4e29bb10967765962e00e851e178329a1606610ef41f79c2b37943ffbd6c88d8565f9766885e37a82ef3cdb9ea28f482bccfe65a2db92494998f0cec40787d9cc36e3ab075350c2f62511cbe408d2c590ba0b2c7319c7"}
]}
)";
constexpr const char* old_kek = "e389e1424f6a86b6c0a1e1647d24b6a267e2ccfecf4515aebe24c14b7d7e3f8d";
constexpr std::uint64_t old_accepted_ms = 1'767'225'604'000;
constexpr const char* old_secret =
    "09b8f2e5d4636de451c3c9e64d8dae4e353e40280ce9ca3e97a689707625f8b6";

class OldFolder : public KeyStoreTest {
 protected:
    OldFolder() {
        authenticator.reset();
        keys.reset();
        for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
            std::filesystem::remove_all(entry.path());
        std::string kek(32, '\0');
        for (std::size_t i = 0; i < kek.size(); ++i)
            kek[i] = static_cast<char>(std::stoi(std::string(old_kek + 2 * i, 2), nullptr, 16));
        std::ofstream(directory.path() / "keys.kek") << kek;
        std::filesystem::permissions(directory.path() / "keys.kek",
                                     std::filesystem::perms::owner_read);
        std::ofstream(directory.path() / "keys.json") << old_keys;
        std::ofstream(directory.path() / "replay.mark")
            .write(reinterpret_cast<const char*>(&old_accepted_ms), sizeof old_accepted_ms);
    }
};

TEST_F(OldFolder, gives_its_keys_to_the_database_once) {
    restart();
    EXPECT_EQ(keys->size(), 3u);
    EXPECT_EQ(keys->operators(), 2u);
    const Key* key = keys->find("a840b7dc87ea5eb3");
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(hex(key->secret), old_secret);
    EXPECT_EQ(key->account, model::AccountId{21});
    EXPECT_FALSE(std::filesystem::exists(keys->operator_key_file(3)));
    EXPECT_EQ(content_of(directory.path() / "keys.json"), old_keys) << "the file stays as it is";
    std::filesystem::remove(directory.path() / "keys.json");
    restart();
    EXPECT_EQ(keys->size(), 3u);
}

TEST_F(OldFolder, still_refuses_what_was_accepted_before) {
    restart();
    const Key key = *keys->find("a840b7dc87ea5eb3");
    const auto at = [&](std::uint64_t timestamp_ms, std::uint64_t nonce) {
        return code_of(
            message(key, nonce, static_cast<std::int64_t>(timestamp_ms - clock.now_ns / ms)));
    };
    EXPECT_EQ(at(old_accepted_ms, 7), stale);
    EXPECT_EQ(at(old_accepted_ms + 1, 7), 0);
}

TEST_F(OldFolder, numbers_operators_that_have_no_number) {
    platform::SecretMemory memory;
    const Sealer sealer = *Sealer::open(directory.path(), memory, random, true);
    std::string text = "{\"keys\":[";
    for (const std::uint64_t number : {2u, 1u}) {
        KeyFacts facts;
        facts.id = key_id_of(number);
        facts.role = Role::operations;
        facts.created_ns = 1'000 - number;
        text += fmt::format(R"({}{{"keyId":"{}","role":"operations","account":0,"created":"{}",)"
                            R"("secret":"{}"}})",
                            number == 1 ? "," : "", facts.id.view(), facts.created_ns,
                            hex(sealer.seal(facts, Secret{})));
    }
    std::ofstream(directory.path() / "keys.json") << text + "]}";
    restart();
    EXPECT_EQ(keys->size(), 2u);
    EXPECT_EQ(keys->find(key_id_of(2).view())->operator_id, 1u) << "the older one";
    EXPECT_EQ(keys->find(key_id_of(1).view())->operator_id, 2u);
    restart();
    EXPECT_EQ(keys->find(key_id_of(1).view())->operator_id, 2u);
}

TEST_F(OldFolder, that_is_damaged_is_refused_and_not_taken_over) {
    const std::string original = old_keys;
    std::string moved = original;
    moved.replace(moved.find("\"account\":21"), 12, "\"account\":22");
    for (const std::string& text :
         {moved, original.substr(0, original.size() / 2), std::string("{\"keys\":[{}]}")}) {
        std::ofstream(directory.path() / "keys.json") << text;
        EXPECT_FALSE(KeyStore::open(directory.path(), random, clock)) << text;
    }
    std::ofstream(directory.path() / "keys.json") << original;
    restart();
    EXPECT_EQ(keys->size(), 3u);
}

}  // namespace
}  // namespace bw::access::testing
