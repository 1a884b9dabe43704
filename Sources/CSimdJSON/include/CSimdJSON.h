// A narrow C face on simdjson: one call reads one whole JSON document strictly and fills in the fields that are wanted.
//
// A layout is built once and may then be shared by any number of threads. A reader belongs to one thread at a time; what it
// has read stays in it, document after document, until it is destroyed.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What kind of value a cell holds; the numbers are those of the reader's callers.
typedef enum {
    CSJ_MISSING = 0,
    CSJ_NULL = 1,
    CSJ_TEXT = 2,
    CSJ_NUMBER = 3,
    CSJ_BOOLEAN = 4,
    CSJ_OBJECT = 5,
    CSJ_ARRAY = 6,
} csj_kind;

/// What is wrong with a document.
typedef enum {
    CSJ_FINE = 0,
    /// A token stands where the grammar allows none.
    CSJ_UNEXPECTED,
    /// An object or an array is not closed, or something follows its end.
    CSJ_INCOMPLETE,
    CSJ_TRAILING,
    CSJ_BAD_NUMBER,
    CSJ_BAD_LITERAL,
    CSJ_BAD_ESCAPE,
    CSJ_UNCLOSED_STRING,
    CSJ_CONTROL_CHARACTER,
    CSJ_NOT_UTF8,
    CSJ_DUPLICATE_KEY,
    CSJ_TOO_DEEP,
    CSJ_FIELD_TOO_LONG,
    /// Valid JSON, but no object.
    CSJ_NOT_AN_OBJECT,
    CSJ_NO_MEMORY,
} csj_code;

/// One field: its kind and where its bytes stand in the slab; `UINT32_MAX` as offset when it has none.
typedef struct {
    uint32_t offset;
    uint32_t length;
    uint32_t kind;
} csj_cell;

/// One step of a path: a name, or (where `name` is null) an index counted from 0.
typedef struct {
    const char *name;
    size_t length;
    size_t index;
} csj_step;

typedef struct csj_layout csj_layout;

csj_layout *csj_layout_create(size_t columns, size_t item_columns);
void csj_layout_destroy(csj_layout *layout);

/// Wants the value at a path of the document in a column.
void csj_layout_add_column(csj_layout *layout, const csj_step *steps, size_t count, uint32_t column);
/// Says where the list of items stands in the document.
void csj_layout_set_list(csj_layout *layout, const csj_step *steps, size_t count);
/// Wants the value at a path of each item in a column of the items.
void csj_layout_add_item_column(csj_layout *layout, const csj_step *steps, size_t count, uint32_t column);

typedef struct csj_reader csj_reader;

/// A reader for a layout, which must outlive it. `depth` counts the document itself as 1.
csj_reader *csj_reader_create(const csj_layout *layout, size_t depth, size_t field_bytes);
void csj_reader_destroy(csj_reader *reader);

/// What became of one document.
typedef struct {
    /// `CSJ_FINE`, or what is wrong.
    csj_code code;
    /// What kind of value stood where the list should be.
    csj_kind list_kind;
    /// Rows of item cells that were added.
    size_t items;
    /// Where in the document it is wrong, in bytes.
    size_t offset;
    /// With `CSJ_FIELD_TOO_LONG`, which column, of the document or of its items.
    uint32_t column;
    bool of_item;
} csj_verdict;

/// Reads one document and adds one row of cells, all missing where the document is not fine.
///
/// `readable` says how many bytes may be read from `bytes` on. Where they go far enough beyond the document, and it is a
/// line of its own, nothing is copied before parsing; passing `length` is always right.
csj_verdict csj_reader_read(csj_reader *reader, const char *bytes, size_t length, size_t readable);
/// Adds one row of missing cells, for a record that is not read at all.
void csj_reader_add_missing(csj_reader *reader);

/// What was read so far. Valid until the next call that reads.
typedef struct {
    const uint8_t *slab;
    size_t slab_count;
    const csj_cell *cells;
    size_t cell_count;
    const csj_cell *item_cells;
    size_t item_cell_count;
} csj_rows;

csj_rows csj_reader_rows(const csj_reader *reader);

/// A member of a document's outermost object.
typedef struct {
    const char *name;
    size_t length;
    /// Its value is an array whose first element is an object.
    bool is_list;
    bool is_empty_array;
} csj_member;

/// Reads one document for its outermost members only; they are valid until the next call that reads.
csj_verdict csj_reader_read_members(csj_reader *reader, const char *bytes, size_t length);
size_t csj_reader_member_count(const csj_reader *reader);
csj_member csj_reader_member(const csj_reader *reader, size_t index);

/// Whether the bytes are valid UTF-8, by simdjson's validator.
bool csimdjson_is_utf8(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
