import Foundation
import ImportTestSupport
import Testing

/// Asks Debian's Python, whose libraries know nothing of ours, about many lines at once.
enum PythonOracle {
    /// Runs a script with the lines as its input; the lines that it prints.
    static func ask(_ script: String, lines: [String]) throws -> [String] {
        let folder = try TemporaryFolder()
        // Files, not pipes: neither side waits for the other, however much there is.
        let input = try folder.write("input", lines.joined(separator: "\n") + "\n")
        let output = try folder.write("output", "")
        let errors = try folder.write("errors", "")

        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = ["-c", script]
        python.environment = ["LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"]
        python.standardInput = FileHandle(forReadingAtPath: input)
        python.standardOutput = FileHandle(forWritingAtPath: output)
        python.standardError = FileHandle(forWritingAtPath: errors)
        try python.run()
        python.waitUntilExit()
        let complaint = try folder.read("errors")
        try #require(python.terminationStatus == 0, "\(complaint)")
        return try folder.read("output").split(separator: "\n").map(String.init)
    }
}
