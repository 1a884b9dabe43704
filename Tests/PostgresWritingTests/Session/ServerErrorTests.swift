import ImportCore
import Testing

@testable import PostgresWriting

@Suite struct ServerErrorTests {
    @Test(arguments: [
        "22001", "22003", "22008", "22021", "22P02", "22P05", "23502", "23503", "23505", "23514", "23P01", "27000",
        "44000",
        "54000", "54001", "P0001", "21000", "38000", "45000", "RU001", "Z0042", "90001",
    ])
    func whatIsWrongWithARowRejectsItsRecord(state: String) {
        #expect(ServerError(sqlState: state).isAboutRow)
        #expect(!ServerError(sqlState: state).isWorthAnotherTry)
    }

    @Test(arguments: [
        "08P01", "22P03", "22P04", "42P01", "42703", "42501", "25006", "53100", "3D000", "28P01", "XX000", "XX001",
        "58030",
        "0A000", "72000", "HV000", "F0000", "26000", "",
    ])
    func whatIsWrongWithTheServerOrUsRejectsNothing(state: String) {
        #expect(!ServerError(sqlState: state).isAboutRow)
        #expect(!ServerError(sqlState: state).isWorthAnotherTry)
    }

    @Test(arguments: [
        "40001", "40P01", "55P03", "57014", "25P03", "08000", "08006", "57P01", "57P02", "57P03", "53300",
    ])
    func whatPassesIsWorthAnotherTry(state: String) {
        #expect(ServerError(sqlState: state).isWorthAnotherTry)
        #expect(!ServerError(sqlState: state).isAboutRow)
        #expect(PostgresError.refused(ServerError(sqlState: state)).isWorthAnotherTry)
        #expect(PostgresError.refused(ServerError(sqlState: state)).report.status == .unavailable)
    }

    @Test func aPolicyThatRefusesARowIsAboutTheRow() {
        #expect(ServerError(sqlState: "42501", isRowSecurity: true).isAboutRow)
    }

    @Test func wordsNameTheRuleAndWhatItStandsOn() {
        let error = ServerError(
            sqlState: "23514", table: "messages", column: "ort", constraint: "sender", dataType: "text")
        #expect(
            error.words
                == "a check constraint refuses the row (SQLSTATE 23514, constraint sender, table messages, column ort, type text)"
        )
        #expect(ServerError(sqlState: "22P02").words == "a value is not what its type demands (SQLSTATE 22P02)")
        #expect(ServerError(sqlState: "ZZ123").words == "the server refuses the statement (SQLSTATE ZZ123)")
    }

    @Test(arguments: ["ada@acme.example", "Ada Lovelace", "+49 30 123", "4711", "a\u{1b}[31m", ""])
    func aNameThatMayBeDataIsNotKept(name: String) {
        let error = ServerError(sqlState: "23514", table: name, column: name, constraint: name, dataType: name)
        #expect(error == ServerError(sqlState: "23514"))
    }

    @Test func everyRefusalHasTheStatusThatFitsIt() {
        for (state, status) in [
            "28P01": ExitStatus.refused, "42501": .refused, "42P01": .plan, "3D000": .plan, "25006": .unavailable,
            "53100": .unavailable, "57P01": .unavailable, "XX001": .unavailable, "08P01": .bug, "22P03": .bug,
            "25P02": .bug,
            "23505": .refused,
        ] {
            #expect(PostgresError.refused(ServerError(sqlState: state)).report.status == status, "\(state)")
        }
    }

    @Test func whatInspectionFoundIsListedAtOnce() {
        let error = PostgresError.target(["there is no table messages", "there is no column customers.email"])
        #expect(error.report.status == .plan)
        #expect(
            error.report.message.hasSuffix("\n    there is no table messages\n    there is no column customers.email"))
        #expect(PostgresError.target(["x"], status: .refused).report.status == .refused)
    }
}
