import ArgumentParser
import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A verb: options in, an exit status out. Here, and only here, an error becomes text and a status.
protocol ImportCommand: AsyncParsableCommand {
    var console: Console { get }

    func execute() async throws -> ExitStatus
}

extension ImportCommand {
    mutating func run() async throws {
        // A closed pipe is then an error of the write, not the end of the program: `| head` is a quiet success.
        signal(SIGPIPE, SIG_IGN)
        let status: ExitStatus
        do {
            status = try await execute()
        } catch is ClosedOutput {
            status = .done
        } catch let error as any PresentableError {
            console.fail(error.report)
            status = error.report.status
        } catch let error as ValidationError {
            throw error
        } catch {
            console.fail(
                FailureReport(
                    .bug, "unexpected: \(String(describing: type(of: error)))",
                    hint: "please report this, with the command and the program's version"))
            status = .bug
        }
        if status != .done { throw ExitCode(status.rawValue) }
    }
}
