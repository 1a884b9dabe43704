import Foundation

/// A program of the system that judges what ours wrote. `Tests/run.sh` brings those that must be there; a test of
/// another machine that lacks one is skipped, unless `PINGBACK_IMPORT_STRICT=1` asks for all.
enum Tool: String {
    case promtool, logrotate
    case systemdAnalyze = "systemd-analyze"
    /// In no Debian package: from PyPI, where somebody has installed it.
    case kubernetesValidate = "kubernetes-validate"

    var isHere: Bool {
        let folders: [Substring] =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/sbin", "/sbin"]
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)") }
    }

    static let isStrict = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_STRICT"] == "1"
}
