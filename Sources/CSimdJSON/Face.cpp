#include "Reader.hpp"

// The C face. Nothing can throw through it but the lack of memory, which ends the program.

csj_reader *csj_reader_create(const csj_layout *layout, size_t depth, size_t field_bytes) {
    return new csj_reader(*layout, depth, field_bytes);
}

void csj_reader_destroy(csj_reader *reader) { delete reader; }

csj_verdict csj_reader_read(csj_reader *reader, const char *bytes, size_t length, size_t readable) {
    return reader->read(bytes, length, readable);
}

void csj_reader_add_missing(csj_reader *reader) { reader->add_missing(); }

csj_rows csj_reader_rows(const csj_reader *reader) {
    return {
        reader->slab.data(), reader->slab.size(), reader->cells.data(), reader->cells.size(),
        reader->item_cells.data(), reader->item_cells.size()};
}

csj_verdict csj_reader_read_members(csj_reader *reader, const char *bytes, size_t length) {
    return reader->read_members(bytes, length);
}

size_t csj_reader_member_count(const csj_reader *reader) { return reader->members.size(); }

csj_member csj_reader_member(const csj_reader *reader, size_t index) {
    const csj_reader::Member &member = reader->members[index];
    return {member.name.data(), member.name.size(), member.is_list, member.is_empty_array};
}
