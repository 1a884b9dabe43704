import ImportCore

/// The presets that the program has. They are embedded in it, so that a single copied file holds all of them.
package enum Presets {
    private static let files: [(name: String, bytes: [UInt8])] = [
        ("chatwoot-api", PackageResources.chatwoot_api_yaml),
        ("crisp-api", PackageResources.crisp_api_yaml),
        ("freshdesk-api", PackageResources.freshdesk_api_yaml),
        ("freshdesk-csv", PackageResources.freshdesk_csv_yaml),
        ("front-api", PackageResources.front_api_yaml),
        ("generic-csv", PackageResources.generic_csv_yaml),
        ("generic-jsonl", PackageResources.generic_jsonl_yaml),
        ("gorgias-api", PackageResources.gorgias_api_yaml),
        ("gorgias-csv", PackageResources.gorgias_csv_yaml),
        ("groove-api", PackageResources.groove_api_yaml),
        ("helpscout-api", PackageResources.helpscout_api_yaml),
        ("hubspot-csv", PackageResources.hubspot_csv_yaml),
        ("intercom-api", PackageResources.intercom_api_yaml),
        ("intercom-tickets", PackageResources.intercom_tickets_yaml),
        ("intercom-v1", PackageResources.intercom_v1_yaml),
        ("jira-csv", PackageResources.jira_csv_yaml),
        ("kayako-api", PackageResources.kayako_api_yaml),
        ("liveagent-api", PackageResources.liveagent_api_yaml),
        ("osticket-csv", PackageResources.osticket_csv_yaml),
        ("salesforce-case", PackageResources.salesforce_case_yaml),
        ("servicenow-log", PackageResources.servicenow_log_yaml),
        ("zammad", PackageResources.zammad_yaml),
        ("zendesk-api", PackageResources.zendesk_api_yaml),
        ("zendesk-csv", PackageResources.zendesk_csv_yaml),
        ("zendesk-json", PackageResources.zendesk_json_yaml),
        ("zoho-desk-csv", PackageResources.zoho_desk_csv_yaml),
    ]

    /// In the order of the alphabet.
    package static let names = files.map(\.name)

    package static let all = files.map { read($0.name, $0.bytes) }

    package static func named(_ name: String) -> Preset? {
        files.first { $0.name == name }.map { read($0.name, $0.bytes) }
    }

    private static func read(_ name: String, _ bytes: [UInt8]) -> Preset {
        do {
            return try PresetReader.read(String(decoding: bytes, as: UTF8.self), name: name)
        } catch {
            preconditionFailure("the preset \(name) is part of the program, and a test reads it: \(error.report.text)")
        }
    }
}
