/// Names and labels as Prometheus wants them.
enum PrometheusName {
    /// `hb.requests` becomes `hb_requests`; what cannot stand in a name becomes an underscore.
    static func metric(_ label: String) -> String {
        var name = String(
            label.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_", ":": Character(scalar)
                default: "_"
                }
            })
        if name.first.map({ $0.isNumber }) ?? true { name = "_" + name }
        return name
    }

    /// A counter's name ends in `_total`.
    static func counter(_ label: String) -> String {
        let name = metric(label)
        return name.hasSuffix("_total") ? name : name + "_total"
    }

    /// A timer's name ends in `_seconds`, the unit it is printed in.
    static func timer(_ label: String) -> String {
        let name = metric(label)
        return name.hasSuffix("_seconds") ? name : name + "_seconds"
    }

    /// `a="1",b="2"`, sorted by name so that the order given does not make another series.
    static func labels(_ dimensions: [(String, String)]) -> String {
        if dimensions.isEmpty { return "" }
        return dimensions.sorted { $0.0 < $1.0 }
            .map { name, value in
                let name = metric(name).replacingColons
                return "\(name)=\"\(escaped(value))\""
            }
            .joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension String {
    fileprivate var replacingColons: String { String(map { $0 == ":" ? "_" : $0 }) }
}
