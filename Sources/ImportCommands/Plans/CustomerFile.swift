import FileReading
import ImportCore
import PingBackSandbox

/// The customers that a sandbox shall know, read from a CSV file with a header: `id`, and where there are such columns
/// `name`, `email`, `phone` and `external_id`. Other columns are passed over, so a lookup of the plan will do.
enum CustomerFile {
    private static let columns = ["id", "name", "email", "phone", "external_id"]

    /// - Throws: `CustomerFileError`, before anything of the file is known to the sandbox.
    static func read(_ path: String, relativeTo folder: String = "") async throws -> [SandboxCustomer] {
        let opened = try OpenedSource.open(
            [path], relativeTo: folder, format: .csv, dialect: SourceDescription.Dialect())
        let header = opened.headers[0]
        let names = columns.filter { header.match(FieldPath(literal: $0)) != .missing }
        guard names.first == "id" else {
            throw CustomerFileError.noID(
                path: opened.fileNames[0], nearest: NearestName.of("id", among: header.names))
        }
        if let name = names.first(where: {
            if case .repeated = header.match(FieldPath(literal: $0)) { true } else { false }
        }) {
            throw CustomerFileError.repeated(path: opened.fileNames[0], column: name)
        }
        let layout = RecordLayout(columns: names.map { FieldPath(literal: $0) })
        let source = opened.records(layout, columns: layout.columns(in: opened.headers), limits: Limits())
        return try await customers(in: source, names: names, path: opened.fileNames[0])
    }

    private static func customers(
        in source: some RecordSource, names: [String], path: String
    ) async throws -> [SandboxCustomer] {
        var customers: [SandboxCustomer] = []
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard let span = await source.accept(piece, mark) else { continue }
            if let broken = batch.unreadable.first {
                throw CustomerFileError.broken(
                    path: path, line: span.place(batch.records[broken.index].place).line,
                    message: broken.finding.message)
            }
            for row in batch.records.indices {
                let cells = batch.cells[row * names.count..<(row + 1) * names.count]
                let values = cells.map { String(decoding: batch.slab[$0.range.bounds], as: UTF8.self) }
                let fields = Dictionary(uniqueKeysWithValues: zip(names, values)).filter { !$0.value.isEmpty }
                // A row without an id is nobody's.
                guard let id = fields["id"] else { continue }
                customers.append(
                    SandboxCustomer(
                        id: id, name: fields["name"], email: fields["email"], phone: fields["phone"],
                        externalID: fields["external_id"]))
            }
        }
        return customers
    }
}

/// Why a file of customers cannot be used.
enum CustomerFileError: PresentableError {
    case noID(path: String, nearest: String?)
    case repeated(path: String, column: String)
    case broken(path: String, line: Int, message: String)

    var report: FailureReport {
        switch self {
        case .noID(let path, let nearest):
            FailureReport(
                .data, place: path, "there is no column id, so nobody in it can be named",
                hint: nearest.map { "rename the column \($0)" } ?? "columns: id, name, email, phone, external_id")
        case .repeated(let path, let column):
            FailureReport(
                .data, place: path, "there are several columns \(column)", hint: "remove all but one of them")
        case .broken(let path, let line, let message):
            FailureReport(
                .data, place: "\(path):\(line)", message, hint: "correct that line; such a file is all or nothing")
        }
    }
}
