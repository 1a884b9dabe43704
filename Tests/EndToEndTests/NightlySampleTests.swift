import Foundation
import ImportTestSupport
import Testing

/// What stands ready for cron, systemd, Kubernetes and logrotate is accepted by those who will read it.
@Suite struct NightlySampleTests {
    @Test(
        "systemd accepts the service, its drop-in and the timer",
        .enabled(if: Tool.systemdAnalyze.isHere, "there is no systemd on this machine"))
    func systemd() async throws {
        let workspace = try Workspace.withSamples()
        // The program stands elsewhere in a test.
        let end = try await workspace.program.shell(
            """
            cd samples/nightly && mkdir -p units/pingback-import.service.d || exit 1
            for unit in pingback-import.service pingback-import.timer; do
                sed "s#/usr/local/bin/pingback-import#/bin/true#" $unit > units/$unit || exit 1
            done
            sed "s#/usr/local/bin/pingback-import#/bin/true#" metrics.conf > units/pingback-import.service.d/metrics.conf
            systemd-analyze verify --man=no units/pingback-import.service units/pingback-import.timer
            """)
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.isEmpty, "\(end.errors)")
    }

    @Test(
        "A schema of Kubernetes accepts the CronJob",
        .enabled(if: Tool.kubernetesValidate.isHere, "there is no kubernetes-validate (PyPI) on this machine"))
    func kubernetes() async throws {
        let workspace = try Workspace.withSamples()
        let end = try await workspace.program.shell("kubernetes-validate --strict samples/nightly/cronjob.yaml")
        #expect(end.status == 0, "\(end.output)\(end.errors)")
    }

    @Test(
        "logrotate accepts its configuration",
        .enabled(if: Tool.logrotate.isHere || Tool.isStrict, "there is no logrotate on this machine"))
    func logrotate() async throws {
        let workspace = try Workspace.withSamples()
        let end = try await workspace.program.shell(
            "chmod 644 samples/nightly/logrotate.conf; "
                + "PATH=$PATH:/usr/sbin logrotate --debug --state state samples/nightly/logrotate.conf")
        #expect(end.status == 0, "\(end.errors)")
        #expect(!end.errors.contains("error:"), "\(end.errors)")
    }

    @Test func theCrontabHasOneLineThatRunsNightly() async throws {
        let text = try String(
            contentsOf: Program.repository.appending(path: "samples/nightly/crontab"), encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") && $0.contains(" && ") }
        #expect(lines.count == 1)
        let words = lines.first?.split(separator: " ") ?? []
        #expect(words.dropFirst(5).first == "cd")
        #expect(words.contains("sync"))
    }

    @Test func theTokenIsTakenFromWhereAServiceManagerPutsIt() async throws {
        var workspace = try Workspace.withSamples()
        let folder = workspace.folder.url.appending(path: "credentials")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try "a token\n".write(to: folder.appending(path: "pingback-token"), atomically: false, encoding: .utf8)
        workspace.program.environment["CREDENTIALS_DIRECTORY"] = folder.path
        let plan = "samples/nightly/nightly.yaml"
        let text = try workspace.read(plan).replacing("https://api.pingback.live", with: "http://127.0.0.1:9")
        try workspace.write(plan, text.replacing("message_budget: 5000", with: "patience: 1s"))
        for (mode, isTaken) in [("440", true), ("400", true), ("444", false), ("460", false)] {
            _ = try await workspace.program.shell("chmod \(mode) credentials/pingback-token")
            let end = try await workspace.program.run("validate", plan, "--to", "api")
            #expect(end.status == (isTaken ? 69 : 78), "\(mode): \(end.errors)")
        }
        // Anywhere else only its owner may read it.
        workspace.program.environment["CREDENTIALS_DIRECTORY"] = workspace.folder.path("credentials/../credentials")
        _ = try await workspace.program.shell("chmod 440 credentials/pingback-token")
        #expect(try await workspace.program.run("validate", plan, "--to", "api").status == 78)
    }
}
