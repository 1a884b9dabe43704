import Foundation

/// Connection parameters that stand in a service file under a name (PostgreSQL documentation 34.17).
///
/// Libpq reads the file only while it connects. What is decided before that, such as how strict TLS must be, needs the
/// host earlier, so the file is read here by the same rules, and libpq is given what stands in it.
struct ServiceFile {
    /// Where Debian's, Red Hat's and the unpackaged libpq look when neither a variable nor the home folder has the file.
    private static let systemFolders = ["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/usr/local/pgsql/etc"]

    static func values(of service: String, environment: [String: String]) throws(PostgresError) -> [String: String] {
        var files: [String] = []
        if let file = environment["PGSERVICEFILE"], !file.isEmpty {
            files.append(file)
        } else if let home = environment["HOME"], !home.isEmpty {
            files.append(home + "/.pg_service.conf")
        }
        let folders = environment["PGSYSCONFDIR"].map { [$0] } ?? systemFolders
        files += folders.map { $0 + "/pg_service.conf" }
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: file) else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            if let values = try values(of: service, in: text, file: file) { return values }
        }
        throw .settings(
            "the service \(service) stands in none of these files: \(files.joined(separator: ", "))",
            hint: "name the file that it stands in with PGSERVICEFILE")
    }

    private static func values(
        of service: String, in text: String, file: String
    ) throws(PostgresError) -> [String: String]? {
        var values: [String: String]?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces.union(["\r"]))
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("[") {
                if values != nil { break }
                if line.hasPrefix("[\(service)]") { values = [:] }
                continue
            }
            guard values != nil else { continue }
            guard let equals = line.firstIndex(of: "="),
                case let keyword = String(line[..<equals]), keyword != "service",
                ConnectionKeywords.variables[keyword] != nil
            else {
                let isDirectory = line.hasPrefix("ldap:") || line.hasPrefix("ldaps:")
                throw .settings(
                    isDirectory
                        ? "the service \(service) is kept in an LDAP directory, which this program does not ask"
                        : "line \(number + 1) of \(file) names no connection parameter of libpq",
                    hint: isDirectory ? "put its settings into the destination's url" : "correct that line")
            }
            // The first value counts, as it does for libpq.
            let value = String(line[line.index(after: equals)...])
            if values?[keyword] == nil { values?[keyword] = value }
        }
        return values
    }
}
