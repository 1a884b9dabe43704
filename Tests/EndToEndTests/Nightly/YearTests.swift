import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A year of nights over a help desk at work: after every night the destination holds what an oracle says, each
/// conversation once, and the night says of itself what happened.
///
/// Each test run takes a few weeks; `PINGBACK_IMPORT_NIGHTS=365` takes so many nights, `PINGBACK_IMPORT_SEED=7` other ones.
@Suite("A year of nights") struct YearTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let nights = environment["PINGBACK_IMPORT_NIGHTS"].flatMap { Int($0) } ?? 21
    private static let seed = environment["PINGBACK_IMPORT_SEED"].flatMap { UInt64($0) } ?? 1

    @Test("on the sandbox") func sandbox() async throws {
        var year = try NightlyYear(target: .sandbox, workspace: Workspace(), cluster: nil, seed: Self.seed)
        try await year.run(Self.nights)
    }

    @Test("on Postgres") func postgres() async throws {
        let postgres = try await PostgresWorkspace()
        var year = try NightlyYear(
            target: .postgres(url: postgres.url), workspace: postgres.workspace, cluster: postgres.cluster,
            seed: Self.seed)
        try await year.run(Self.nights)
    }
}
