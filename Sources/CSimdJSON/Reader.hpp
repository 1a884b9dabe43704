#pragma once

#include "CSimdJSON.h"
#include "Layout.hpp"

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

namespace ondemand = simdjson::ondemand;

/// What a reader's handle stands for: it walks whole documents and gathers the wanted cells of all of them.
///
/// simdjson's On-Demand face checks only what it is asked for, so every value is visited: strings are checked where they
/// hold escapes (stage 1 has checked all other bytes), numbers and literals by our own grammar on the raw token, the keys
/// of each object against each other. The rest of the grammar is checked by the act of iterating.
struct csj_reader {
    csj_reader(const csj_layout &layout, size_t depth, size_t field_bytes);

    csj_verdict read(const char *bytes, size_t length, size_t readable);
    csj_verdict read_members(const char *bytes, size_t length);
    void add_missing();

    struct Member {
        std::string name;
        bool is_list;
        bool is_empty_array;
    };

    std::vector<uint8_t> slab;
    std::vector<csj_cell> cells;
    std::vector<csj_cell> item_cells;
    std::vector<Member> members;

private:
    /// Where the walk stands among the wanted paths: those of the document, and those of the item it is in.
    struct Wanted {
        const Node *record;
        const Node *item;

        bool captures() const { return (record && !record->columns.empty()) || (item && !item->columns.empty()); }
    };

    /// A key of an object that the walk is in.
    struct Key {
        uint64_t word;
        std::string_view text;
    };

    bool walk_document(const char *bytes, size_t length, size_t readable);
    bool walk_root(ondemand::document &document);
    bool walk_wrapped(const char *bytes, size_t length);
    bool walk_fields(ondemand::object &object, Wanted wanted, size_t depth);
    bool walk_elements(ondemand::array &array, Wanted wanted, size_t depth, bool is_list);
    bool walk_value(ondemand::value &value, Wanted wanted, size_t depth);
    bool walk_string(ondemand::value &value, std::string_view token, Wanted wanted);
    bool walk_scalar(std::string_view token, Wanted wanted);
    bool walk_container(ondemand::value &value, std::string_view token, Wanted wanted, size_t depth);

    bool is_repeated(size_t first, uint64_t &seen, Key key) const;
    bool are_distinct(size_t first);
    void note_member(std::string_view name, std::string_view token);
    bool has_escape(const char *begin, const char *end);
    bool capture(Wanted wanted, csj_kind kind, std::string_view text);

    bool fail(csj_code code, const char *at);
    bool fail_structure();
    bool fail_stage1(simdjson::error_code error);

    const csj_layout &layout_;
    const size_t depth_;
    const size_t field_bytes_;

    ondemand::parser parser_;
    std::vector<char> padded_;
    std::vector<Key> keys_;

    // Of the document that is being read.
    const char *begin_ = nullptr;
    const char *end_ = nullptr;
    const char *next_escape_ = nullptr;
    ondemand::document *document_ = nullptr;
    csj_verdict verdict_{};
    size_t row_ = 0;
    size_t item_row_ = 0;
    bool notes_members_ = false;
};
