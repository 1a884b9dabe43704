import ImportCore
import ImportTestSupport
import PlanReading
import Testing

@Suite("A plan's file")
struct PlanFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func error(of path: String) -> PlanError? {
        do {
            _ = try PlanReader.read(path: path, environment: [:])
            return nil
        } catch {
            return error
        }
    }

    @Test func isReadByItsPath() throws {
        let path = try folder.write("plan.yaml", Plans.text())
        #expect(try PlanReader.read(path: path, environment: [:]).path == path)
    }

    @Test func mayBeginWithAByteOrderMark() throws {
        let path = try folder.write("plan.yaml", "\u{FEFF}" + Plans.text())
        #expect(error(of: path) == nil)
    }

    @Test func mayEndItsLinesWithCRLF() throws {
        let text = Plans.text(more: "tyop: 1").split(separator: "\n").joined(separator: "\r\n")
        let path = try folder.write("plan.yaml", text)
        #expect(error(of: path)?.report.place == "\(path):6")
    }

    @Test func thatIsMissingIsNoInput() {
        let report = error(of: folder.path("plan.yaml"))?.report
        #expect(report?.status == .noInput)
        #expect(report?.place == folder.path("plan.yaml"))
    }

    @Test func thatIsAFolderIsNoInput() {
        #expect(error(of: folder.path(""))?.report.status == .noInput)
    }

    @Test func thatIsNotUTF8IsWrongAtItsLine() throws {
        let path = try folder.write("plan.yaml", bytes: Array("version: 1\nname: ".utf8) + [0xE9])
        #expect(
            error(of: path)?.report.text == """
                \(path):2: error: this is not UTF-8 text
                  try: save it as UTF-8 in your editor
                """)
    }

    @Test func thatIsAnExportInTruthIsNotReadWhole() throws {
        let path = try folder.write("tickets.csv", String(repeating: "id,subject\n", count: 100_000))
        #expect(error(of: path)?.report.status == .plan)
        #expect(error(of: path)?.report.message == "this is larger than 1 MiB: not a plan")
    }
}
