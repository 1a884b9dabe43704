import ImportTestSupport
import Testing

#if os(Linux)
    /// A run is killed right before a system call that a seed chooses, and once more while it goes on.
    @Suite(.serialized) struct CrashPointTests {
        private static let calls = [
            "openat", "read", "pread64", "write", "writev", "pwrite64", "ftruncate", "fdatasync", "fsync", "rename",
            "renameat2", "unlink", "connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "epoll_wait", "futex",
            "flock",
        ]

        /// For each call that an undisturbed run makes, how often one thread makes it: that is how strace counts.
        private static func undisturbed() async throws -> [String: Int] {
            let scene = try await FaultScene(tickets: 12)
            let trace = Trace(workspace: scene.workspace)
            let end = try await trace.run(["-e", "trace=" + calls.joined(separator: ",")], FaultScene.arguments)
            #expect(end.status == 0, "\(end.errors)")
            try await scene.sandbox.kill()
            var counts: [String: [Substring: Int]] = [:]
            for event in try trace.events() where event.isBegin {
                counts[event.name, default: [:]][event.thread, default: 0] += 1
            }
            return counts.compactMapValues { $0.values.max() }
        }

        @Test("Killed before any file is renamed or taken away, a run leaves a checkpoint that can be looked at")
        func lookedAt() async throws {
            let counts = try await Self.undisturbed()
            let moments = ["rename", "unlink"].flatMap { name in
                (0..<(counts[name] ?? 0)).map { (name, $0 + 1) }
            }
            #expect(moments.count > 2, "a run makes a checkpoint beside its name, and takes its log away: \(counts)")
            let kills = try await moments.atOnce(4) { name, number in
                let scene = try await FaultScene(tickets: 12)
                let end = try await Trace(workspace: scene.workspace).run(
                    ["-e", "trace=" + name, "-e", "inject=\(name):signal=SIGKILL:when=\(number)"],
                    FaultScene.arguments)
                // strace counts for each thread, and the work of a thread of this run may be shared by two of the next.
                #expect(end.status == nil || end.status == 0, "\(name) \(number): \(end.errors)")
                #expect(try await scene.inDoubt() <= FaultScene.concurrency, "\(name) \(number)")
                try await scene.expectCompletion("\(name) \(number)")
                try await scene.sandbox.kill()
                return end.status == nil ? 1 : 0
            }
            #expect(kills.reduce(0, +) > 2, "\(counts)")
        }

        @Test("Killed before whichever system call, and again while it goes on, a run loses and doubles nothing")
        func kills() async throws {
            let counts = try await Self.undisturbed()
            let names = counts.keys.sorted()
            #expect(names.contains("pwrite64") && names.contains("fdatasync") && names.contains("connect"))
            let kills = try await FaultScene.seeds(16).atOnce(4) { seed in
                var random = SeededRandom(seed: seed)
                let scene = try await FaultScene(tickets: 12)
                var kills = 0
                for _ in 0..<random.int(1...2) {
                    // Each call gets its turn, and not only those that are made most often.
                    let name = seed <= UInt64(names.count) && kills == 0 ? names[Int(seed) - 1] : random.pick(names)
                    let number = random.int(1...(counts[name] ?? 1))
                    let end = try await Trace(workspace: scene.workspace).run(
                        ["-e", "trace=" + name, "-e", "inject=\(name):signal=SIGKILL:when=\(number)"],
                        FaultScene.arguments)
                    let what = "seed \(seed): \(name) \(number)"
                    if end.status == nil { kills += 1 }
                    try scene.expectNothingTwice(what)
                    #expect(try await scene.inDoubt() <= FaultScene.concurrency, "\(what)")
                }
                try await scene.expectCompletion("seed \(seed)")
                try await scene.sandbox.kill()
                return kills
            }
            #expect(kills.reduce(0, +) > 0, "no kill met a run: the counts are wrong")
        }
    }
#endif
