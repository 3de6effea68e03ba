/// Which column of a foreign file is which field, and how its places become villages and its texts services.
public struct RequestMapping: Sendable, Hashable {
    /// Places that are no village codes. See ``VillageChoice``.
    public struct Places: Sendable, Hashable {
        /// The heading of the column.
        public var column: String
        /// Place to town code; places that are not here are spread over the whole county.
        public var towns: [String: String]

        public init(column: String, towns: [String: String] = [:]) {
            self.column = column
            self.towns = towns
        }
    }

    /// Texts that name no service. See ``ServiceWords``.
    public struct Services: Sendable, Hashable {
        /// The service of texts in which no word is found.
        public var otherwise: String
        /// In order of preference.
        public var words: [Entry]

        public struct Entry: Sendable, Hashable, Decodable {
            public var service: String
            public var words: [String]

            public init(service: String, words: [String]) {
                self.service = service
                self.words = words
            }
        }

        public init(otherwise: String, words: [Entry] = []) {
            self.otherwise = otherwise
            self.words = words
        }
    }

    public static let usualChannel = "import"

    /// Of every row; nil: the column `channel` says it, or ``usualChannel``.
    public var channel: String?
    /// Field to heading.
    public var columns: [RequestField: String]
    /// Headings left unread. A heading that is neither here nor in ``columns`` is a problem.
    public var ignored: Set<String>
    /// Nil: the column `village` holds codes.
    public var places: Places?
    /// Nil: the column `service` holds codes.
    public var services: Services?

    public init(
        channel: String? = nil, columns: [RequestField: String], ignored: Set<String> = [], places: Places? = nil,
        services: Services? = nil
    ) {
        self.channel = channel
        self.columns = columns
        self.ignored = ignored
        self.places = places
        self.services = services
    }

    /// Our own files: every column is headed by its field's name.
    public static let own = RequestMapping(
        columns: Dictionary(uniqueKeysWithValues: RequestField.allCases.map { ($0, $0.rawValue) }))

    /// Headings a file must have.
    var requiredHeadings: [String] {
        var fields: [RequestField] = [.sourceID, .description]
        if places == nil { fields.append(.village) }
        if services == nil { fields.append(.service) }
        return fields.map { columns[$0] ?? $0.rawValue } + (places.map { [$0.column] } ?? [])
    }
}

extension RequestMapping: Decodable {
    /// Any member name, so that a misspelt one is found.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func members(
        of decoder: any Decoder, _ known: [String]
    ) throws -> KeyedDecodingContainer<Name> {
        let members = try decoder.container(keyedBy: Name.self)
        if let other = members.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected only \(known.joined(separator: ", ")), found \"\(other)\""))
        }
        return members
    }

    public init(from decoder: any Decoder) throws {
        let members = try Self.members(of: decoder, ["comment", "channel", "columns", "ignored", "places", "services"])
        let headings = try members.decode([String: String].self, forKey: Name(stringValue: "columns"))
        var columns: [RequestField: String] = [:]
        for (name, heading) in headings {
            guard let field = RequestField(rawValue: name) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath + [Name(stringValue: "columns")],
                        debugDescription: "expected fields from "
                            + RequestField.allCases.map(\.rawValue).joined(separator: ", ") + ", found \"\(name)\""))
            }
            columns[field] = heading
        }
        self.init(
            channel: try members.decodeIfPresent(String.self, forKey: Name(stringValue: "channel")), columns: columns,
            ignored: Set(try members.decodeIfPresent([String].self, forKey: Name(stringValue: "ignored")) ?? []),
            places: try members.decodeIfPresent(Places.self, forKey: Name(stringValue: "places")),
            services: try members.decodeIfPresent(Services.self, forKey: Name(stringValue: "services")))
    }
}

extension RequestMapping.Places: Decodable {
    private enum CodingKeys: String, CodingKey { case column, towns }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            column: try members.decode(String.self, forKey: .column),
            towns: try members.decodeIfPresent([String: String].self, forKey: .towns) ?? [:])
    }
}

extension RequestMapping.Services: Decodable {
    private enum CodingKeys: String, CodingKey { case otherwise, words }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            otherwise: try members.decode(String.self, forKey: .otherwise),
            words: try members.decodeIfPresent([Entry].self, forKey: .words) ?? [])
    }
}
