#include "Reader.hpp"

#include "Tokens.hpp"

static constexpr csj_cell missing_cell = {UINT32_MAX, 0, CSJ_MISSING};

csj_reader::csj_reader(const csj_layout &layout, size_t depth, size_t field_bytes)
    : layout_(layout), depth_(depth), field_bytes_(field_bytes) {}

void csj_reader::add_missing() { cells.insert(cells.end(), layout_.columns, missing_cell); }

csj_verdict csj_reader::read(const char *bytes, size_t length, size_t readable) {
    const size_t slab_mark = slab.size(), item_mark = item_cells.size();
    row_ = cells.size();
    add_missing();
    verdict_ = {};
    keys_.clear();
    if (!walk_document(bytes, length, readable)) {
        slab.resize(slab_mark);
        item_cells.resize(item_mark);
        cells.resize(row_);
        add_missing();
        verdict_.items = 0;
        verdict_.list_kind = CSJ_MISSING;
    }
    return verdict_;
}

csj_verdict csj_reader::read_members(const char *bytes, size_t length) {
    members.clear();
    notes_members_ = true;
    csj_verdict verdict = read(bytes, length, length);
    notes_members_ = false;
    cells.resize(row_);
    return verdict;
}

bool csj_reader::walk_document(const char *bytes, size_t length, size_t readable) {
    const char *root = bytes;
    while (root < bytes + length && is_blank(*root)) ++root;
    if (root == bytes + length || *root != '{') return walk_wrapped(bytes, length);

    if (readable - length < simdjson::SIMDJSON_PADDING) {
        // Blanks behind the document, so that no byte of a neighbour can close what it leaves open.
        padded_.assign(length + simdjson::SIMDJSON_PADDING, ' ');
        std::memcpy(padded_.data(), bytes, length);
        bytes = padded_.data();
        readable = padded_.size();
    }
    begin_ = bytes;
    end_ = bytes + length;
    next_escape_ = begin_ - 1;
    // Doubling, because simdjson would make its buffers anew for every document longer than all before it.
    if (parser_.capacity() < length) {
        size_t capacity = parser_.capacity() < 32768 ? 65536 : parser_.capacity() * 2;
        if (capacity < length) capacity = length;
        if (parser_.allocate(capacity, depth_ + 8)) return fail(CSJ_NO_MEMORY, begin_);
    }
    ondemand::document document;
    if (auto error = parser_.iterate(bytes, length, readable).get(document)) return fail_stage1(error);
    document_ = &document;
    return walk_root(document);
}

bool csj_reader::walk_root(ondemand::document &document) {
    ondemand::object object;
    if (document.get_object().get(object)) return fail(CSJ_INCOMPLETE, end_);
    if (!walk_fields(object, {notes_members_ ? nullptr : &layout_.record, nullptr}, 1)) return false;
    const char *location;
    if (document.current_location().get(location) == simdjson::SUCCESS) return fail(CSJ_TRAILING, location);
    return true;
}

/// A document that is no object, checked as the only element of an array: On-Demand reads no scalar as a value at the root.
bool csj_reader::walk_wrapped(const char *bytes, size_t length) {
    padded_.assign(length + 2 + simdjson::SIMDJSON_PADDING, ' ');
    padded_[0] = '[';
    std::memcpy(padded_.data() + 1, bytes, length);
    padded_[length + 1] = ']';
    begin_ = padded_.data() + 1;
    end_ = begin_ + length;
    next_escape_ = padded_.data() - 1;
    if (parser_.allocate(length + 65536, depth_ + 8)) return fail(CSJ_NO_MEMORY, begin_);
    ondemand::document document;
    if (auto error = parser_.iterate(padded_.data(), length + 2, padded_.size()).get(document)) return fail_stage1(error);
    document_ = &document;
    ondemand::array array;
    if (document.get_array().get(array)) return fail(CSJ_INCOMPLETE, end_);
    size_t count = 0;
    for (auto result : array) {
        ondemand::value value;
        if (std::move(result).get(value)) return fail_structure();
        if (++count > 1) return fail(CSJ_TRAILING, value.raw_json_token().data());
        if (!walk_value(value, {nullptr, nullptr}, 0)) return false;
    }
    const char *location;
    if (document.current_location().get(location) == simdjson::SUCCESS) return fail(CSJ_TRAILING, location);
    return fail(count == 1 ? CSJ_NOT_AN_OBJECT : CSJ_INCOMPLETE, begin_);
}

bool csj_reader::capture(Wanted wanted, csj_kind kind, std::string_view text) {
    csj_cell cell = {UINT32_MAX, 0, uint32_t(kind)};
    if (kind != CSJ_NULL) {
        if (text.size() > field_bytes_) {
            verdict_.of_item = !(wanted.record && !wanted.record->columns.empty());
            verdict_.column = (verdict_.of_item ? wanted.item : wanted.record)->columns.front();
            return fail(CSJ_FIELD_TOO_LONG, begin_);
        }
        cell.offset = uint32_t(slab.size());
        cell.length = uint32_t(text.size());
        slab.insert(slab.end(), text.begin(), text.end());
    }
    if (wanted.record) {
        for (uint32_t column : wanted.record->columns) cells[row_ + column] = cell;
    }
    if (wanted.item) {
        for (uint32_t column : wanted.item->columns) item_cells[item_row_ + column] = cell;
    }
    return true;
}

bool csj_reader::walk_elements(ondemand::array &array, Wanted wanted, size_t depth, bool is_list) {
    size_t index = 0;
    for (auto result : array) {
        ondemand::value value;
        if (std::move(result).get(value)) return fail_structure();
        Wanted next = {
            wanted.record ? wanted.record->find(index) : nullptr, wanted.item ? wanted.item->find(index) : nullptr};
        if (is_list) {
            item_row_ = item_cells.size();
            item_cells.insert(item_cells.end(), layout_.item_columns, missing_cell);
            ++verdict_.items;
            next.item = &layout_.item;
        }
        if (!walk_value(value, next, depth)) return false;
        ++index;
    }
    return true;
}
