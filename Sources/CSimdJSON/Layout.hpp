#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// A key's first eight bytes and its length in one word, so that nearly all keys are told apart by one comparison.
///
/// Reads eight bytes whatever the length: keys stand in padded buffers.
inline uint64_t key_word(const char *key, size_t length) {
    uint64_t word;
    std::memcpy(&word, key, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    if (length < sizeof word) word &= (uint64_t(1) << (8 * length)) - 1;
    return word ^ (uint64_t(length) * 0x9E3779B97F4A7C15u);
}

/// The wanted paths that begin with the same steps: what is wanted here, and where the next steps lead.
struct Node {
    struct Name {
        uint64_t word;
        std::string name;
        std::unique_ptr<Node> node;
    };
    struct Element {
        size_t index;
        std::unique_ptr<Node> node;
    };

    std::vector<Name> names;
    std::vector<Element> elements;
    std::vector<uint32_t> columns;
    bool is_list = false;

    const Node *find(uint64_t word, std::string_view key) const {
        for (const Name &child : names) {
            if (child.word == word && child.name == key) return child.node.get();
        }
        return nullptr;
    }

    const Node *find(size_t index) const {
        for (const Element &child : elements) {
            if (child.index == index) return child.node.get();
        }
        return nullptr;
    }

    Node &at(std::string_view name);
    Node &at(size_t index);
};

/// What a layout's handle stands for. Never changed once a reader uses it.
struct csj_layout {
    size_t columns;
    size_t item_columns;
    Node record;
    Node item;
};
