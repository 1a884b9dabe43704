import Foundation
package import ImportCore

/// Reads a plan: YAML text in, a checked `Plan` or everything that is wrong with it out.
package enum PlanReader {
    /// Far above any plan written by a person, far below an export given in its place.
    private static let largestPlan = 1 << 20

    /// Reads a plan's file.
    ///
    /// - Parameter destination: the destination in use; nil for none. Of the others a variable may be missing: nobody
    ///   should need PingBack's token to rehearse. Such a destination is left out of the plan.
    package static func read(
        path: String, environment: [String: String], destination: String? = nil
    ) throws(PlanError) -> Plan {
        try read(text: text(path: path), path: path, environment: environment, destination: destination)
    }

    /// The text of a file that a person wrote.
    static func text(path: String) throws(PlanError) -> String {
        let bytes = try bytes(path: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .wrong(path: path, problems: [undecodable(bytes)])
        }
        return text
    }

    /// Reads a plan from its text; `path` is only named in messages.
    package static func read(
        text: String, path: String, environment: [String: String], destination: String? = nil
    ) throws(PlanError) -> Plan {
        var tree = PlanTree(text, variables: Variables(environment), destination: destination)
        let root: PlanNode
        do {
            root = try tree.root()
        } catch {
            throw .wrong(path: path, problems: [error])
        }
        var decoder = PlanDecoder(problems: tree.problems)
        let preset = try decoder.preset(of: root, planPath: path)
        if preset == nil, root.child("source")?.child("preset") != nil {
            // What it would have filled in is not missing as well.
            throw .wrong(path: path, problems: decoder.problemsInOrder)
        }
        let plan = decoder.plan(preset.map { root.filled(in: $0.plan) } ?? root, path: path)
        guard let plan, decoder.problems.isEmpty else {
            let problems = decoder.problemsInOrder.map { $0.placed(path: path, preset: preset?.name) }
            throw .wrong(path: path, problems: problems)
        }
        return plan
    }

    private static func bytes(path: String) throws(PlanError) -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .missing(path: path) }
        guard !isFolder.boolValue else { throw .unreadable(path: path, reason: "it is a folder") }
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            let bytes = try file.read(upToCount: largestPlan + 1) ?? Data()
            guard bytes.count <= largestPlan else {
                throw PlanError.wrong(path: path, problems: [tooLarge])
            }
            return bytes
        } catch let error as PlanError {
            throw error
        } catch let error as CocoaError where error.code == .fileReadNoPermission {
            throw .unreadable(path: path, reason: "permission denied")
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    private static var tooLarge: PlanProblem {
        PlanProblem(line: nil, "this is larger than 1 MiB: not a plan", hint: "name the plan, not the export it reads")
    }

    /// Names the line of the first byte that is not UTF-8.
    private static func undecodable(_ bytes: Data) -> PlanProblem {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        return PlanProblem(
            line: index.map { $0 + 1 }, "this is not UTF-8 text", hint: "save it as UTF-8 in your editor")
    }
}
