/// A table, or what has a table's place, as the server's catalogs have it.
struct CatalogTable: Sendable {
    var name: String
    /// `pg_class.relkind`: `r` a table, `p` a partitioned one, `v` a view, …
    var kind: String
    /// Whether the server filters rows of this table for us.
    var hasRowSecurity: Bool
    /// Whether no two rows can have the same `id`, and `ON CONFLICT` can go by that.
    var hasUniqueID: Bool
    var mayDelete = false
    var columns: [CatalogColumn] = []

    func column(_ name: String) -> CatalogColumn? { columns.first { $0.name == name } }

    var isTable: Bool { kind == "r" || kind == "p" }

    /// What it is, in words.
    var kindName: String {
        switch kind {
        case "r", "p": "a table"
        case "v": "a view"
        case "m": "a materialized view"
        case "f": "a foreign table"
        case "i", "I": "an index"
        case "S": "a sequence"
        case "c": "a composite type"
        default: "something else"
        }
    }
}

/// A column as the server's catalogs have it.
struct CatalogColumn: Sendable {
    var name: String
    /// In the server's own words: `character varying(40)`.
    var type: String
    /// The name of the type below all domains, where it is one of the server's own or `citext`; `enum`; else empty.
    var baseType: String
    /// What limits the type, as `pg_attribute.atttypmod` has it; -1 for nothing.
    var modifier: Int
    /// The words of an enum.
    var labels: [String]
    var isNotNull: Bool
    /// Whether it fills itself: a default, an identity, an expression.
    var hasDefault: Bool
    var isGenerated: Bool
    var maySelect: Bool
    var mayInsert: Bool
    var mayUpdate: Bool

    /// The most characters that go into it; nil for any number.
    var characters: Int? {
        // VARHDRSZ, the four bytes of a length, is part of the modifier.
        baseType == "varchar" && modifier >= 4 ? modifier - 4 : nil
    }
}

extension CatalogTable {
    /// Reads what stands under these names in a schema. Names that nothing has are left out.
    static func read(
        _ connection: Connection, schema: String, names: [String]
    ) throws(PostgresError) -> [CatalogTable] {
        let parameters = [schema, arrayLiteral(names)]
        var tables: [CatalogTable] = []
        for row in try connection.rows(tableQuery, parameters) {
            var row = CatalogRow(row)
            tables.append(
                CatalogTable(
                    name: row.text(), kind: row.text(), hasRowSecurity: row.flag(), hasUniqueID: row.flag(),
                    mayDelete: row.flag()))
        }
        for row in try connection.rows(columnQuery, parameters) {
            var row = CatalogRow(row)
            let table = row.text()
            let column = CatalogColumn(
                name: row.text(), type: row.text(), baseType: row.text(), modifier: Int(row.text()) ?? -1,
                labels: row.text().split(separator: "\n").map(String.init), isNotNull: row.flag(),
                hasDefault: row.flag(), isGenerated: row.flag(), maySelect: row.flag(), mayInsert: row.flag(),
                mayUpdate: row.flag())
            // A table that was made between the two questions is not known to the first.
            if let index = tables.firstIndex(where: { $0.name == table }) { tables[index].columns.append(column) }
        }
        return tables
    }

    /// An array of text as the server reads it (PostgreSQL documentation 8.15.2).
    static func arrayLiteral(_ texts: [String]) -> String {
        let quoted = texts.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        return "{" + quoted.joined(separator: ",") + "}"
    }

    /// A key of a partitioned table has the partition's columns in it, so there `id` need only be one of several.
    private static let tableQuery = """
        SELECT c.relname, c.relkind, row_security_active(c.oid), EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
                AND i.indexprs IS NULL AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                AND (i.indnkeyatts = 1 OR c.relkind = 'p')),
            has_table_privilege(c.oid, 'DELETE')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = ANY ($2::text[])
        """

    /// A domain may stand on another one; what it demands of a value, it demands of the column.
    private static let columnQuery = """
        WITH RECURSIVE base (domain, type, modifier, is_not_null, has_default) AS (
            SELECT t.oid, t.oid, -1, false, false FROM pg_type t WHERE t.typtype <> 'd'
            UNION ALL
            SELECT d.oid, b.type, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE b.modifier END,
                d.typnotnull OR b.is_not_null, d.typdefault IS NOT NULL OR b.has_default
            FROM pg_type d JOIN base b ON b.domain = d.typbasetype WHERE d.typtype = 'd'
        )
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN t.typtype = 'e' THEN 'enum'
                WHEN t.typnamespace = 'pg_catalog'::regnamespace OR t.typname = 'citext' THEN t.typname
                ELSE '' END,
            CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE b.modifier END,
            coalesce((SELECT string_agg(e.enumlabel, E'\\n') FROM pg_enum e WHERE e.enumtypid = t.oid), ''),
            a.attnotnull OR b.is_not_null, a.atthasdef OR a.attidentity <> '' OR b.has_default, a.attgenerated <> '',
            has_column_privilege(c.oid, a.attnum, 'SELECT'), has_column_privilege(c.oid, a.attnum, 'INSERT'),
            has_column_privilege(c.oid, a.attnum, 'UPDATE')
        FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN base b ON b.domain = a.atttypid JOIN pg_type t ON t.oid = b.type
        WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY c.relname, a.attname
        """
}

/// A row of an answer, read column by column.
struct CatalogRow {
    private var columns: ArraySlice<String?>

    init(_ columns: [String?]) { self.columns = columns[...] }

    /// The next column; empty for NULL.
    mutating func text() -> String { (columns.popFirst() ?? nil) ?? "" }

    /// The next column, of type boolean; false for NULL.
    mutating func flag() -> Bool { text() == "t" }
}
