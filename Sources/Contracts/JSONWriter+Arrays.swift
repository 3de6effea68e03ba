extension JSONWriter {
    /// An array of flat objects, one for each item.
    public mutating func write<Item>(
        _ key: StaticString, arrayOf items: some Sequence<Item>, _ write: (inout JSONWriter, Item) -> Void
    ) {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for item in items {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            var json = JSONWriter(reserve: 160)
            write(&json, item)
            bytes.append(contentsOf: json.finish())
        }
        bytes.append(UInt8(ascii: "]"))
        self.write(key, json: bytes)
    }
}
