import Domain

/// Finds the service a text asks for by the words that occur in it.
///
/// Each word of a service that occurs counts once, with as many points as it has characters, and three times as many
/// when it stands in the subject: a long word says more than a short one, and the subject more than the story. Most
/// points win; then the longest word; then the order in which the services were given.
struct ServiceWords: Sendable {
    private struct Word: Sendable {
        let scalars: [UInt32]
        /// In the order of preference.
        let service: Int
    }

    private static let subjectWeight = 3
    private let services: [String]
    private let otherwise: String
    /// By their first character.
    private let words: [UInt32: [Word]]

    /// - Parameter keywords: the register's words of each service; they come after the mapping's own. Those of the
    ///   service that takes the rest are left out: it is what remains.
    /// - Throws: ``UnknownCode``.
    init(_ mapping: RequestMapping.Services, keywords: [String: [String]], register: Register) throws {
        for code in [mapping.otherwise] + mapping.words.map(\.service) where register.serviceByCode[code] == nil {
            throw UnknownCode(field: "services", expected: "the code of a service", found: code)
        }
        let fromRegister = keywords.keys.sorted().filter { $0 != mapping.otherwise }.map {
            RequestMapping.Services.Entry(service: $0, words: keywords[$0] ?? [])
        }
        var services: [String] = []
        var numbers: [String: Int] = [:]
        var seen: Set<[UInt32]> = []
        var words: [UInt32: [Word]] = [:]
        for entry in mapping.words + fromRegister {
            let number = numbers[entry.service] ?? services.count
            if number == services.count {
                numbers[entry.service] = number
                services.append(entry.service)
            }
            for text in entry.words {
                let scalars = text.unicodeScalars.map(\.value)
                // A word stands for the first service that claims it.
                guard let first = scalars.first, seen.insert(scalars).inserted else { continue }
                words[first, default: []].append(Word(scalars: scalars, service: number))
            }
        }
        self.services = services
        self.words = words
        otherwise = mapping.otherwise
    }

    func service(subject: String, description: String) -> String {
        var points = [Int](repeating: 0, count: services.count)
        var longest = points
        var counted: Set<[UInt32]> = []
        for (text, weight) in [(subject, Self.subjectWeight), (description, 1)] {
            let scalars = text.unicodeScalars.map(\.value)
            for start in scalars.indices {
                for word in words[scalars[start]] ?? []
                where scalars[start...].starts(with: word.scalars) && counted.insert(word.scalars).inserted {
                    points[word.service] += weight * word.scalars.count
                    longest[word.service] = max(longest[word.service], word.scalars.count)
                }
            }
        }
        let best = services.indices.max { left, right in
            // Of equals the earlier is the greater.
            (points[left], longest[left], right) < (points[right], longest[right], left)
        }
        guard let best, points[best] > 0 else { return otherwise }
        return services[best]
    }
}
