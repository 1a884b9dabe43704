/* The plainest libcsv loop there is: what `validate` of a CSV file is compared with.
 *
 * It counts fields and rows and does nothing else. One thing must be as in the program: no byte of a field may be
 * changed, so libcsv is told that no character is a blank to be trimmed (it trims spaces and tabs by itself).
 *
 * usage: bare-libcsv FILE.csv     prints {"fields":…,"rows":…,"bytes":…}
 */
#include <csv.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK = 1 << 20 };

struct counts {
    size_t fields;
    size_t rows;
};

static int is_no_blank(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void count_field(void *field, size_t length, void *context)
{
    (void)field;
    (void)length;
    ((struct counts *)context)->fields += 1;
}

static void count_row(int end, void *context)
{
    (void)end;
    ((struct counts *)context)->rows += 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bare-libcsv FILE.csv\n");
        return 64;
    }
    int file = open(argv[1], O_RDONLY);
    if (file < 0) {
        perror(argv[1]);
        return 66;
    }
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return 70;
    csv_set_space_func(&parser, is_no_blank);

    static char block[BLOCK];
    struct counts counts = {0, 0};
    size_t bytes = 0;
    ssize_t length;
    while ((length = read(file, block, sizeof block)) > 0) {
        bytes += (size_t)length;
        if (csv_parse(&parser, block, (size_t)length, count_field, count_row, &counts) != (size_t)length) {
            fprintf(stderr, "error: %s near byte %zu\n", csv_strerror(csv_error(&parser)), bytes);
            return 65;
        }
    }
    if (length < 0) {
        perror(argv[1]);
        return 66;
    }
    if (csv_fini(&parser, count_field, count_row, &counts) != 0) {
        fprintf(stderr, "error: the file ends inside quotes\n");
        return 65;
    }
    csv_free(&parser);
    close(file);
    printf("{\"fields\":%zu,\"rows\":%zu,\"bytes\":%zu}\n", counts.fields, counts.rows, bytes);
    return 0;
}
