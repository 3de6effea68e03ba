import KafkaClient

/// Records that cannot be read, held against what each group made of them.
enum Letters {
    struct Place: Hashable, Comparable, CustomStringConvertible {
        var partition: Int32
        var offset: Int64

        var description: String { "\(partition)/\(offset)" }

        static func < (left: Place, right: Place) -> Bool {
            (left.partition, left.offset) < (right.partition, right.offset)
        }
    }

    /// A record without its framing.
    struct Contents: Hashable {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [String]
    }

    /// Sentences about records that were skipped, set aside twice or altered, and letters of which there is no record.
    ///
    /// - Parameters:
    ///   - records: by place; several where brokers were replaced.
    ///   - letters: as the group set them aside.
    ///   - refused: places of which a rule refused what could be read.
    static func problems(
        _ group: String, records: [Place: [Contents]], letters: [(Place, Contents)], refused: [Place]
    ) -> [String] {
        var found: [String] = []
        var settled: [Place: Int] = [:]
        for (place, contents) in letters {
            settled[place, default: 0] += 1
            if records[place]?.contains(contents) != true {
                found.append("I8: the letter of \(group) from \(place) is not what stood there")
            }
        }
        for place in refused { settled[place, default: 0] += 1 }
        for place in Set(records.keys).union(settled.keys).sorted() {
            let (stood, count) = (records[place]?.count ?? 0, settled[place] ?? 0)
            if stood != count {
                found.append("I8: of \(stood) foreign records at \(place) \(group) set aside or refused \(count)")
            }
        }
        return found
    }
}
