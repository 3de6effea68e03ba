import Domain
import Testing

struct ServiceAttributeTests {
    private static func attribute(
        _ datatype: ServiceAttribute.Datatype, isRequired: Bool = false
    ) -> ServiceAttribute {
        ServiceAttribute(
            code: "a", datatype: datatype, isRequired: isRequired, description: "", descriptionInEnglish: "",
            values: datatype.isList ? ["x", "y", "z"].map { .init(key: $0, name: $0, nameInEnglish: "") } : [])
    }

    private func fault(_ datatype: ServiceAttribute.Datatype, _ answer: AttributeAnswer) -> AttributeFault? {
        Self.attribute(datatype).fault(in: answer) { $0 == "now" }
    }

    @Test(arguments: ServiceAttribute.Datatype.allCases)
    func `no answer is a fault when one is required`(datatype: ServiceAttribute.Datatype) {
        #expect(fault(datatype, .none) == nil)
        #expect(Self.attribute(datatype, isRequired: true).fault(in: .none) { _ in true } == .missing)
    }

    private static let right: [(ServiceAttribute.Datatype, AttributeAnswer)] = [
        (.string, .text("red")), (.string, .texts(["red"])), (.text, .text("a\nb")), (.number, .text("12")),
        (.number, .text("-1.5e3")), (.datetime, .text("now")), (.singleValueList, .text("x")),
        (.singleValueList, .texts(["y"])), (.multiValueList, .text("x")), (.multiValueList, .texts(["z", "x"])),
    ]

    @Test(arguments: right) func `an answer of the right kind has no fault`(right: (ServiceAttribute.Datatype, AttributeAnswer)) {
        #expect(fault(right.0, right.1) == nil)
    }

    private static let wrong: [(ServiceAttribute.Datatype, AttributeAnswer, AttributeFault)] = [
        (.string, .other, .notOneValue), (.string, .texts(["a", "b"]), .notOneValue),
        (.string, .text(String(repeating: "长", count: 501)), .tooLong(limit: 500)),
        (.text, .text(String(repeating: "a", count: 20_001)), .tooLong(limit: 20_000)),
        // One letter to a reader, and 501 scalars.
        (.string, .text("a" + String(repeating: "\u{301}", count: 500)), .tooLong(limit: 500)),
        (.number, .text("many"), .notANumber), (.number, .text("0x1F"), .notANumber), (.number, .text("inf"), .notANumber),
        (.number, .text("1e999"), .notANumber), (.number, .text("1.2.3"), .notANumber),
        (.datetime, .text("yesterday"), .notATime), (.singleValueList, .text("w"), .unknownValues(["w"])),
        (.singleValueList, .texts(["x", "y"]), .notOneValue), (.singleValueList, .other, .notOneValue),
        (.multiValueList, .texts(["x", "v", "w"]), .unknownValues(["v", "w"])), (.multiValueList, .other, .notValues),
    ]

    @Test(arguments: wrong)
    func `a wrong answer has its fault`(wrong: (ServiceAttribute.Datatype, AttributeAnswer, AttributeFault)) {
        #expect(fault(wrong.0, wrong.1) == wrong.2)
    }

    @Test func `five hundred characters are not too long, however many bytes they take`() {
        #expect(fault(.string, .text(String(repeating: "长", count: 500))) == nil)
    }
}
