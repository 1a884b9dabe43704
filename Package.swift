// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "pingback-import",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "pingback-import", targets: ["pingback-import"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // The executable is ten lines; the command line is a library, so that tests can import it.
        .executableTarget(
            name: "pingback-import",
            dependencies: [
                "ImportCommands",
                .target(name: "CGlibcMalloc", condition: .when(platforms: [.linux])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "ImportCommands",
            dependencies: [
                "ImportCore", "PlanReading", "FileReading", "PostgresWriting", "PingBackAPI", "PingBackSandbox",
                "Checkpointing", "TextConverting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        // No C, no network, no files: a record's journey from bytes to outcome, and the doors that others fulfil.
        .target(name: "ImportCore", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

        // One module for each place where a foreign library enters; none of them knows another.
        // The presets are part of the program's text, so that whoever copies the program copies them.
        .target(
            name: "PlanReading", dependencies: ["ImportCore", .product(name: "Yams", package: "Yams")],
            resources: [
                .embedInCode("Presets/Files/chatwoot-api.yaml"),
                .embedInCode("Presets/Files/crisp-api.yaml"),
                .embedInCode("Presets/Files/freshdesk-api.yaml"),
                .embedInCode("Presets/Files/freshdesk-csv.yaml"),
                .embedInCode("Presets/Files/front-api.yaml"),
                .embedInCode("Presets/Files/generic-csv.yaml"),
                .embedInCode("Presets/Files/generic-jsonl.yaml"),
                .embedInCode("Presets/Files/gorgias-api.yaml"),
                .embedInCode("Presets/Files/gorgias-csv.yaml"),
                .embedInCode("Presets/Files/groove-api.yaml"),
                .embedInCode("Presets/Files/helpscout-api.yaml"),
                .embedInCode("Presets/Files/hubspot-csv.yaml"),
                .embedInCode("Presets/Files/intercom-api.yaml"),
                .embedInCode("Presets/Files/intercom-tickets.yaml"),
                .embedInCode("Presets/Files/intercom-v1.yaml"),
                .embedInCode("Presets/Files/jira-csv.yaml"),
                .embedInCode("Presets/Files/kayako-api.yaml"),
                .embedInCode("Presets/Files/liveagent-api.yaml"),
                .embedInCode("Presets/Files/localised-names.yaml"),
                .embedInCode("Presets/Files/osticket-csv.yaml"),
                .embedInCode("Presets/Files/refused-exports.yaml"),
                .embedInCode("Presets/Files/salesforce-case.yaml"),
                .embedInCode("Presets/Files/servicenow-log.yaml"),
                .embedInCode("Presets/Files/zammad.yaml"),
                .embedInCode("Presets/Files/zendesk-api.yaml"),
                .embedInCode("Presets/Files/zendesk-csv.yaml"),
                .embedInCode("Presets/Files/zendesk-json.yaml"),
                .embedInCode("Presets/Files/zoho-desk-csv.yaml"),
            ]),
        .target(
            name: "FileReading",
            dependencies: ["ImportCore", "CLibArchive", "CLibCSV", "CSimdJSON", "CXXHash", "CZlib"]),
        .target(name: "TextConverting", dependencies: ["ImportCore", "CLibXML2"]),
        .target(
            name: "PostgresWriting",
            dependencies: ["ImportCore", "CLibPQ", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "PingBackAPI",
            dependencies: [
                "ImportCore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .target(
            name: "PingBackSandbox",
            dependencies: [
                "ImportCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "Checkpointing",
            dependencies: [
                "ImportCore",
                "CXXHash",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),

        // C libraries of the system.
        .systemLibrary(
            name: "CLibCSV", providers: [.apt(["libcsv-dev"]), .brew(["libcsv"])]),
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
        .systemLibrary(
            name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
        .systemLibrary(
            name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        // Hummingbird brings zlib along, too. libarchive's own reading of gzip does not look at its checksums.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CGlibcMalloc"),
        .target(
            name: "CSimdJSON",
            linkerSettings: [.linkedLibrary("simdjson")]
        ),

        .target(name: "ImportTestSupport", dependencies: ["ImportCore"], path: "Tests/ImportTestSupport"),
        .target(
            name: "FileReadingSupport", dependencies: ["ImportCore", "FileReading"], path: "Tests/FileReadingSupport"),
        .testTarget(name: "ImportCoreTests", dependencies: ["ImportCore", "ImportTestSupport"]),
        .testTarget(
            name: "RunTests", dependencies: ["ImportCore", "Checkpointing", "FileReading", "ImportTestSupport"]),
        .testTarget(name: "PlanReadingTests", dependencies: ["PlanReading", "ImportTestSupport"]),
        .testTarget(
            name: "FileReadingTests", dependencies: ["FileReading", "FileReadingSupport", "ImportTestSupport"]),
        .testTarget(name: "TextConvertingTests", dependencies: ["TextConverting", "ImportTestSupport"]),
        .testTarget(name: "PostgresWritingTests", dependencies: ["PostgresWriting", "ImportTestSupport"]),
        .testTarget(name: "CheckpointingTests", dependencies: ["Checkpointing", "ImportTestSupport"]),
        .testTarget(
            name: "PingBackSandboxTests",
            dependencies: [
                "PingBackSandbox", "ImportCore", "PlanReading", "ImportTestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .testTarget(
            name: "PingBackAPITests",
            dependencies: [
                "PingBackAPI", "PingBackSandbox", "ImportTestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        // Depends on the program itself, so that the program is there to be run.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "pingback-import", "ImportCommands", "ImportCore", "PingBackSandbox", "PlanReading",
                "ImportTestSupport",
            ],
            exclude: [
                "Checkpoints", "cutting-proxy.py", "https-pingback.py", "recording-proxy.py",
                "APIFaults/cutting-line.py",
            ]),

        // What must hold of any bytes: called by tests with kept inputs, by libFuzzer with those it makes.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "ImportCore", "PlanReading", "FileReading", "FileReadingSupport", "ImportTestSupport", "CZlib",
            ],
            path: "Tests/Fuzzing/FuzzTargets"),
        .testTarget(
            name: "FuzzTargetTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/FuzzTargetTests"),

        // What the benchmarks compare the program with.
        .executableTarget(
            name: "HTTPBaseline",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Benchmarks/HTTPBaseline"),
        .executableTarget(
            name: "NightCompare", dependencies: ["ImportCore", "PlanReading", "FileReading", "Checkpointing"],
            path: "Tests/Benchmarks/NightCompare"),
        .executableTarget(name: "DecoderBaseline", path: "Tests/Benchmarks/DecoderBaseline"),
        .executableTarget(name: "TicketGenerator", path: "Tests/Benchmarks/TicketGenerator"),
    ],
    cxxLanguageStandard: .cxx17
)

// For Tests/Fuzzing/run.sh. Here and not in a package of its own, which would not see what is `package`.
let isFuzzing = Context.environment["PINGBACK_IMPORT_FUZZING"] != nil
if isFuzzing {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
        .executableTarget(
            name: "Fuzzer", dependencies: ["CLibFuzzer", "FuzzTargets"], path: "Tests/Fuzzing/Fuzzer",
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
    ]
}

// Every Swift target is built alike. What each feature changes stands in its Swift Evolution proposal.
for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),  // SE-0335
        .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
        .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    ]
    if Context.environment["PINGBACK_IMPORT_STRICT"] != nil {
        target.swiftSettings?.append(.treatAllWarnings(as: .error))
    }
}

// Only what reads is watched, so that new ways through a fuzz target itself count for nothing.
if isFuzzing {
    for target in package.targets where ["ImportCore", "PlanReading", "FileReading"].contains(target.name) {
        target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer,address"]))
    }
    for target in package.targets where target.name == "CSimdJSON" {
        target.cxxSettings = [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]
    }
}
