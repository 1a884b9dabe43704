import Foundation

/// Exports in JSON, whose messages stand in their tickets.
extension ProductSample {
    static let conversations = [
        intercom, intercomV1, intercomTickets, helpScout, groove, kayako, crisp, chatwoot, gorgiasAPI, liveAgent,
    ]

    private static func epoch(_ index: Int) -> Int { 1_709_600_000 + index * 3600 }

    // MARK: - Intercom

    private static func part(
        _ id: Int, _ kind: String, _ body: String?, by author: String, at time: Int
    ) -> [String: Any] {
        [
            "type": "conversation_part", "id": "\(id)", "part_type": kind, "body": body as Any? ?? NSNull(),
            "created_at": epoch(time), "author": ["type": author, "id": "9", "name": "Somebody", "email": ""],
        ]
    }

    private static func parts(_ index: Int) -> [[String: Any]] {
        [
            part(1, "assignment", nil, by: "admin", at: index + 1),
            part(2, "comment", "<p>Is it &lt;here&gt;?</p>", by: "user", at: index + 2),
            part(3, "note", "<p>A bore</p>", by: "admin", at: index + 3),
            part(4, "comment", "<p>I am a robot</p>", by: "bot", at: index + 4),
            // A closing may hold the last words.
            part(5, "close", "<p>Yes<br>it is</p>", by: "admin", at: index + 5),
        ]
    }

    private static let partsDropped = ["internal-note": 40, "bot": 40, "without-text": 40]

    private static let intercom = ProductSample(
        preset: "intercom-api",
        text: Rows.documents { (index: Int) -> [String: Any] in
            // Every fourth was begun by an agent.
            let author: [String: Any] = [
                "type": index % 4 == 3 ? "admin" : "user", "id": "7", "name": "Person", "email": "P@example.com",
            ]
            return [
                "type": "conversation", "id": "\(500 + index)", "title": NSNull(), "created_at": epoch(index),
                "updated_at": epoch(index + 6), "waiting_since": NSNull(), "admin_assignee_id": 0,
                "source": [
                    "type": "conversation", "id": "1", "subject": "", "body": "<p>Where is it?</p>", "author": author,
                ],
                "contacts": ["type": "contact.list", "contacts": [["type": "contact", "id": "c\(index)"]]],
                "open": true, "state": ["open", "snoozed", "closed"][index % 3],
                "statistics": ["first_admin_reply_at": epoch(index + 5)],
                "conversation_parts": ["conversation_parts": parts(index), "total_count": 5],
            ]
        }, read: 40, message: "Where is it?", status: "pending", createdAt: "2024-03-05T01:53:20Z",
        messages: ["customer: Where is it?", "customer: Is it <here>?", "agent: Yes\nit is"], dropped: partsDropped)

    private static let intercomV1 = ProductSample(
        preset: "intercom-v1",
        text: Rows.documents(in: "[", "]", separator: ",") { (index: Int) -> [String: Any] in
            [
                "type": "conversation", "id": "\(500 + index)", "created_at": epoch(index),
                "updated_at": epoch(index + 6), "user": ["type": "user", "id": "u\(index)"],
                "assignee": ["type": "nobody_admin", "id": NSNull()], "open": index % 2 == 0,
                "conversation_message": [
                    "id": "1", "subject": "", "body": "<p>Where is it?</p>",
                    "author": ["type": "user", "id": "u\(index)"],
                ],
                "conversation_parts": ["conversation_parts": parts(index), "total_count": 5],
            ]
        }, read: 40, message: "Where is it?", status: "closed", createdAt: "2024-03-05T01:53:20Z",
        messages: ["customer: Where is it?", "customer: Is it <here>?", "agent: Yes\nit is"], dropped: partsDropped)

    private static let intercomTickets = ProductSample(
        preset: "intercom-tickets",
        text: Rows.documents { (index: Int) -> [String: Any] in
            [
                "type": "ticket", "id": "\(631 + index)", "ticket_id": "\(38 + index)", "created_at": epoch(index),
                "updated_at": epoch(index + 6), "open": true, "is_shared": true,
                "ticket_attributes": ["_default_title_": "Kettle \(index)", "_default_description_": "It leaks"],
                "ticket_state": ["category": ["submitted", "waiting_on_customer", "resolved"][index % 3]],
                "contacts": ["contacts": [["type": "contact", "id": "c\(index)"]]],
                "ticket_parts": ["ticket_parts": parts(index), "total_count": 5],
            ]
        }, read: 40, message: "It leaks", status: "pending", createdAt: "2024-03-05T01:53:20Z",
        messages: ["customer: It leaks", "customer: Is it <here>?", "agent: Yes\nit is"], dropped: partsDropped)

    // MARK: - Others

    private static let helpScout = ProductSample(
        preset: "helpscout-api",
        text: Rows.documents { (index: Int) -> [String: Any] in
            func thread(_ id: Int, _ type: String, _ body: Any, _ maker: String, _ time: Int) -> [String: Any] {
                [
                    "id": id, "type": type, "state": id == 5 ? "draft" : "published", "body": body,
                    "createdBy": ["type": maker, "id": id], "createdAt": Rows.time(index + time),
                ]
            }
            return [
                "id": 9_000_000 + index, "number": 100 + index, "threads": 2, "type": "email", "mailboxId": 1,
                "status": ["active", "pending", "closed", "spam"][index % 4],
                "state": index % 20 == 4 ? "draft" : "published",
                "subject": "Ladder \(index)", "preview": "It", "createdAt": Rows.time(index), "closedAt": NSNull(),
                "primaryCustomer": ["id": 5, "type": "customer", "first": "Ann", "last": "", "email": "A@example.com"],
                // Newest first.
                "_embedded": [
                    "threads": [
                        thread(5, "message", "Unsent", "user", 6), thread(4, "lineitem", NSNull(), "user", 5),
                        thread(3, "note", "A bore", "user", 4), thread(2, "reply", "Hold<br />it", "user", 3),
                        thread(1, "chat", "It <b>wobbles</b>", "customer", 1),
                    ]
                ],
            ]
        }, read: 40, skipped: ["spam": 10, "draft": 2], message: "Ladder 1", status: "pending",
        createdAt: "2024-03-05T01:07:00Z", messages: ["customer: It wobbles", "agent: Hold\nit"],
        dropped: ["internal-note": 28, "event": 28, "draft": 28])

    private static let groove = ProductSample(
        preset: "groove-api",
        text: Rows.documents(in: "[", "]", separator: ",\n") { (index: Int) -> [String: Any] in
            func action(_ kind: String, _ actor: String, _ change: [String: Any], _ time: Int) -> [String: Any] {
                [
                    "actor": ["type": actor, "name": "Person", "email": "p@example.com"],
                    "change": change.merging(["type": kind]) { first, _ in first },
                    "created_at": Rows.time(index + time),
                ]
            }
            return [
                "number": 300 + index, "title": "Drill \(index)", "summary": "It", "links": [],
                "state": ["unread", "opened", "pending", "closed", "spam"][index % 5], "state_int": 2000,
                "created_at": Rows.time(index), "updated_at": Rows.time(index + 4), "mailbox": "Support",
                "customer": ["customer": ["name": "Person", "email": "P@example.com"]],
                "actions": [
                    action("Message", "Customer", ["body": "<p>It smokes</p>", "note": false], 0),
                    action("State", "Agent", ["from": "unread", "to": "opened"], 1),
                    action("Message", "Agent", ["body": "A bore", "note": true], 2),
                    action("Message", "Agent", ["body": "<p>Stop</p>", "note": false], 3),
                ],
            ]
        }, read: 40, skipped: ["spam": 8], message: "Drill 1", status: "open", createdAt: "2024-03-05T01:07:00Z",
        messages: ["customer: It smokes", "agent: Stop"], dropped: ["event": 32, "internal-note": 32])

    private static let kayako = ProductSample(
        preset: "kayako-api",
        text: Rows.documents { (index: Int) -> [String: Any] in
            [
                "id": 1 + index, "subject": "Chair \(index)",
                "state": index % 10 == 5 ? "TRASH" : index % 10 == 6 ? "SUSPENDED" : "ACTIVE",
                "status": ["id": 1, "type": ["NEW", "PENDING", "COMPLETED", "CLOSED", "CUSTOM"][index % 5]],
                "requester": ["id": 7, "full_name": "Person"], "assigned_agent": NSNull(), "priority": NSNull(),
                "created_at": Rows.time(index), "updated_at": Rows.time(index + 3),
                "posts": [
                    ["id": 2, "contents": "Which?", "is_requester": false, "created_at": Rows.time(index + 2)],
                    ["id": 1, "contents": "It creaks", "is_requester": true, "created_at": Rows.time(index)],
                ],
            ]
        }, read: 40, skipped: ["deleted": 4, "suspended": 4], message: "Chair 1", status: "pending",
        createdAt: "2024-03-05T01:07:00Z", messages: ["customer: It creaks", "agent: Which?"])

    private static let crisp = ProductSample(
        preset: "crisp-api",
        text: Rows.documents { (index: Int) -> [String: Any] in
            func message(_ type: String, _ from: String, _ content: Any, _ time: Int) -> [String: Any] {
                [
                    "type": type, "from": from, "content": content, "fingerprint": 1_000 + time,
                    "timestamp": epoch(index) * 1000 + time, "automated": time == 4,
                ]
            }
            return [
                "session_id": "session_1f6c2a90-\(1000 + index)", "website_id": "w", "is_blocked": false,
                "state": ["pending", "unresolved", "resolved"][index % 3], "status": index % 3,
                "created_at": epoch(index) * 1000, "updated_at": epoch(index) * 1000 + 9,
                "meta": ["nickname": "Person", "email": "P@example.com", "subject": "Vase \(index)", "segments": []],
                "messages": [
                    message("text", "user", "It broke", 1), message("event", "user", ["namespace": "x"], 2),
                    message("file", "user", ["name": "a.png", "url": "https://example.com/a.png"], 3),
                    message("text", "operator", "I am a robot", 4), message("note", "operator", "A bore", 5),
                    message("text", "operator", "Glue it", 6),
                ],
            ]
        }, read: 40, message: "Vase 1", status: "open", createdAt: "2024-03-05T01:53:20Z",
        messages: ["customer: It broke", "agent: Glue it"],
        dropped: ["event": 40, "file": 40, "bot": 40, "internal-note": 40])

    private static let chatwoot = ProductSample(
        preset: "chatwoot-api",
        text: Rows.documents { (index: Int) -> [String: Any] in
            func message(_ id: Int, _ type: Int, _ content: Any, isPrivate: Bool = false) -> [String: Any] {
                [
                    "id": id, "message_type": type, "content": content, "private": isPrivate,
                    "created_at": epoch(index) + id,
                ]
            }
            return [
                "id": 1 + index, "inbox_id": 3, "account_id": 1, "can_reply": true, "first_reply_created_at": 0,
                "status": ["open", "snoozed", "resolved", "pending"][index % 4], "created_at": epoch(index),
                "last_activity_at": epoch(index + 1), "additional_attributes": ["mail_subject": "Rug \(index)"],
                "meta": [
                    "sender": ["id": 4, "name": "Person", "email": "p@example.com", "phone_number": NSNull()],
                    "channel": "Channel::Email",
                ],
                "messages": [
                    message(1, 0, "It moults"), message(2, 2, "Ann was assigned"), message(3, 3, "We are shut"),
                    message(4, 1, "A bore", isPrivate: true), message(5, 1, "Brush it"), message(6, 0, NSNull()),
                ],
            ]
        }, read: 40, message: "Rug 1", status: "pending", createdAt: "2024-03-05T01:53:20Z",
        messages: ["customer: It moults", "agent: Brush it"],
        dropped: ["event": 40, "bot": 40, "internal-note": 40, "without-text": 40])

    private static let gorgiasAPI = ProductSample(
        preset: "gorgias-api",
        text: Rows.documents { (index: Int) -> [String: Any] in
            [
                "id": 7_000 + index, "subject": "Boots \(index)", "channel": "email", "via": "email", "spam": false,
                "status": index % 2 == 0 ? "open" : "closed", "from_agent": false, "messages_count": 3,
                "snooze_datetime": index % 3 == 1 ? Rows.time(index + 9) as Any : NSNull(),
                "trashed_datetime": index % 10 == 8 ? Rows.time(index + 9) as Any : NSNull(),
                "created_datetime": Rows.time(index), "updated_datetime": Rows.time(index + 2),
                "closed_datetime": NSNull(), "customer": ["id": 5, "name": "Person", "email": "P@example.com"],
                "messages": [
                    [
                        "id": 2, "channel": "email", "public": true, "from_agent": true, "stripped_text": "Send them",
                        "body_text": "Send them\n> hello", "created_datetime": Rows.time(index + 1),
                    ],
                    [
                        "id": 1, "channel": "email", "public": true, "from_agent": false, "body_text": "Too small",
                        "created_datetime": Rows.time(index),
                    ],
                    [
                        "id": 3, "channel": "internal-note", "public": false, "from_agent": true,
                        "body_text": "A bore", "created_datetime": Rows.time(index + 1),
                    ],
                ],
            ]
        }, read: 40, skipped: ["deleted": 4], message: "Boots 1", status: "pending",
        createdAt: "2024-03-05T01:07:00Z", messages: ["customer: Too small", "agent: Send them"],
        dropped: ["internal-note": 36])

    private static let liveAgent = ProductSample(
        preset: "liveagent-api",
        text: Rows.documents(in: "[", "]", separator: ",") { (index: Int) -> [String: Any] in
            [
                "id": "ab\(100_000 + index)", "code": "XYZ-\(10_000 + index)", "subject": "Lock \(index)",
                "status": ["N", "C", "A", "W", "R", "L", "X", "B"][index % 8], "owner_contactid": "c\(index)",
                "owner_name": "Person", "owner_email": "p@example.com", "departmentid": "d",
                "date_created": Rows.time(index, "%04d-%02d-%02d %02d:07:44"),
                "date_changed": Rows.time(index + 1, "%04d-%02d-%02d %02d:07:44"),
            ]
        }, read: 40, skipped: ["deleted": 5, "spam": 5], answers: "zone: UTC", message: "Lock 1", status: "open",
        createdAt: "2024-03-05T01:07:44Z")
}
