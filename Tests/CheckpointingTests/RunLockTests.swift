import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

/// `flock(1)` of util-linux plays the other process.
private let flock = "/usr/bin/flock"

@Suite("The lock of a run", .enabled(if: FileManager.default.isExecutableFile(atPath: flock)))
struct RunLockTests {
    private let folder: TemporaryFolder
    private var checkpoint: String { folder.path("plan.api.checkpoint") }
    private var lockPath: String { RunLock.path(for: checkpoint) }

    init() throws { folder = try TemporaryFolder() }

    private func start(_ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: flock)
        process.arguments = arguments
        try process.run()
        return process
    }

    /// Whether another process can take it.
    private func isFree() throws -> Bool {
        let process = try start("-n", lockPath, "true")
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("is refused to another process until it is released, and its file stays")
    func isRefusedToOthers() throws {
        let lock = try RunLock(forCheckpoint: checkpoint)
        #expect(try !isFree())
        lock.release()
        #expect(try isFree())
        #expect(FileManager.default.fileExists(atPath: lockPath))
    }

    @Test("is refused a second time in the same process, with the owner's name")
    func namesItsOwner() throws {
        let lock = try RunLock(forCheckpoint: checkpoint)
        let error = #expect(throws: CheckpointError.self) { _ = try RunLock(forCheckpoint: checkpoint) }
        guard case .locked(checkpoint, let owner?)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(owner.hasPrefix("process \(getpid()) on "))
        #expect(owner.contains(", since 20"))
        #expect(error?.report.status == .locked)
        lock.release()
        _ = try RunLock(forCheckpoint: checkpoint)
    }

    @Test("is free when its owner was killed")
    func isFreeWhenItsOwnerWasKilled() async throws {
        let owner = try start("--no-fork", lockPath, "sleep", "60")
        while try isFree() { try await Task.sleep(for: .milliseconds(5)) }
        let error = #expect(throws: CheckpointError.self) { _ = try RunLock(forCheckpoint: checkpoint) }
        #expect(error?.report.status == .locked)
        kill(owner.processIdentifier, SIGKILL)
        owner.waitUntilExit()
        _ = try RunLock(forCheckpoint: checkpoint)
    }

    @Test("is released by whoever lets go of it")
    func isReleasedByDeinit() throws {
        do { _ = try RunLock(forCheckpoint: checkpoint) }
        #expect(try isFree())
    }

    @Test("shows nothing of a lock file that a terminal would obey")
    func showsPrintableTextOnly() throws {
        try folder.write("plan.api.checkpoint.lock", "\u{1B}[31mme\u{7}\nmore")
        let owner = try start("-n", "--no-fork", lockPath, "sleep", "60")
        defer {
            kill(owner.processIdentifier, SIGKILL)
            owner.waitUntilExit()
        }
        while try isFree() { usleep(5_000) }
        #expect(throws: CheckpointError.locked(path: checkpoint, owner: "[31mme")) {
            _ = try RunLock(forCheckpoint: checkpoint)
        }
    }

    @Test("follows no symbolic link, and needs a folder that can be written")
    func refusesLinks() throws {
        let target = try folder.write("elsewhere", "text")
        try FileManager.default.createSymbolicLink(atPath: lockPath, withDestinationPath: target)
        #expect(throws: CheckpointError.symbolicLink(path: lockPath)) { _ = try RunLock(forCheckpoint: checkpoint) }
        #expect(try folder.read("elsewhere") == "text")
        let nowhere = folder.path("none/plan.checkpoint")
        let error = #expect(throws: CheckpointError.self) { _ = try RunLock(forCheckpoint: nowhere) }
        #expect(error?.report.status == .cannotWrite)
    }
}
