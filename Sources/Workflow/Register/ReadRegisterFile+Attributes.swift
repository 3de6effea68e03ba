import Domain

extension ReadRegisterFile {
    static func attribute(_ reader: inout SheetReader) -> AttributeRow {
        let service = reader.reference("service")
        let code = reader.text("attribute")
        reader.once("attribute", "\(service.code) \(code)")
        let asksNothing = code == "-"
        reader.alike("attribute", asksNothing ? "-" : "attributes", of: "service \(service.code)")
        return AttributeRow(service: service, attribute: asksNothing ? nil : definition(&reader))
    }

    private static func definition(_ reader: inout SheetReader) -> ServiceAttribute {
        let code = reader.code("attribute")
        let written = reader.text("datatype").lowercased()
        let datatype = ServiceAttribute.Datatype(rawValue: written)
        if datatype == nil {
            let words = ServiceAttribute.Datatype.allCases.map(\.rawValue)
            reader.report("datatype", words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""))
        }
        let description = reader.optionalText("description") ?? ""
        if description.isEmpty { reader.report("description", "the question") }
        return ServiceAttribute(
            code: code, datatype: datatype ?? .string, isRequired: reader.optionalFlag("required") ?? false,
            description: description, descriptionInEnglish: reader.optionalText("description_en") ?? "",
            values: values(&reader, of: datatype))
    }

    /// `well:水井:Well;tap:自来水:Tap water`
    private static func values(
        _ reader: inout SheetReader, of datatype: ServiceAttribute.Datatype?
    ) -> [ServiceAttribute.Value] {
        let text = reader.optionalText("values") ?? ""
        guard let datatype else { return [] }
        if !datatype.isList {
            if !text.isEmpty { reader.report("values", "nothing, for \(datatype.rawValue) is no list") }
            return []
        }
        var values: [ServiceAttribute.Value] = []
        for part in text.split(whereSeparator: { $0 == ";" || $0 == "；" }) {
            let words = part.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "：" }.map(trimmed)
            guard (2...3).contains(words.count), SheetReader.isCode(words[0]), !words[1].isEmpty,
                !values.contains(where: { $0.key == words[0] })
            else { return refused(&reader) }
            values.append(
                ServiceAttribute.Value(key: words[0], name: words[1], nameInEnglish: words.count == 3 ? words[2] : ""))
        }
        return values.isEmpty ? refused(&reader) : values
    }

    private static func refused(_ reader: inout SheetReader) -> [ServiceAttribute.Value] {
        reader.report(
            "values", "KEY:NAME or KEY:NAME:ENGLISH NAME for each answer, separated by ;, each key a code and there once")
        return []
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
