import GRDB
import GRDBSQLite

/// A prepared statement whose values are bound and which is run through SQLite's own interface: for the few statements
/// that run with every request, where GRDB's general one costs several times what SQLite itself does.
///
/// GRDB prepares it, keeps it, and finalizes it.
struct BoundStatement {
    private let statement: Statement
    private let connection: SQLiteConnection?

    init(_ db: Database, _ sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
        connection = db.sqliteConnection
    }

    /// Places count from 1.
    func bind(_ value: Int64?, at place: Int32) {
        guard let value else { return bindNull(at: place) }
        sqlite3_bind_int64(statement.sqliteStatement, place, value)
    }

    /// SQLite copies the bytes.
    func bind(_ bytes: [UInt8]?, at place: Int32) {
        guard let bytes else { return bindNull(at: place) }
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(statement.sqliteStatement, place, 0)
            return
        }
        _ = bytes.withUnsafeBytes {
            sqlite3_bind_blob64(statement.sqliteStatement, place, $0.baseAddress, UInt64($0.count), Self.copied)
        }
    }

    /// SQLite copies the text.
    func bind(_ text: String?, at place: Int32) {
        guard var text else { return bindNull(at: place) }
        // No characters may have no address, which would mean NULL.
        if text.isEmpty {
            sqlite3_bind_text(statement.sqliteStatement, place, "", 0, Self.copied)
            return
        }
        _ = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text64(
                    statement.sqliteStatement, place, $0.baseAddress, UInt64($0.count), Self.copied,
                    UInt8(SQLITE_UTF8))
            }
        }
    }

    /// Runs it to its end; the values stay bound.
    ///
    /// - Returns: how many rows it wrote.
    /// - Throws: `DatabaseError`, as GRDB would.
    @discardableResult
    func run() throws -> Int {
        let code = sqlite3_step(statement.sqliteStatement)
        guard code == SQLITE_DONE else {
            let message = connection.map { String(cString: sqlite3_errmsg($0)) }
            sqlite3_reset(statement.sqliteStatement)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
        }
        sqlite3_reset(statement.sqliteStatement)
        return connection.map { Int(sqlite3_changes($0)) } ?? 0
    }

    private func bindNull(at place: Int32) { sqlite3_bind_null(statement.sqliteStatement, place) }

    /// SQLITE_TRANSIENT, which C writes as a cast that Swift does not import.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
