import Contracts
import Domain
import Testing
import Workflow

@testable import Store

struct AttributeFileTests {
    private static let heading = "county,service,attribute,datatype,required,description,description_en,values\n"

    private func read(_ rows: String) throws -> [AttributeRow] {
        guard case .attributes(let sheet) = try ReadRegisterFile(.attributes)(
            file: "a.csv", bytes: Array((Self.heading + rows).utf8))
        else { return [] }
        return sheet.rows
    }

    private func problems(_ rows: String) -> [String] {
        do {
            _ = try read(rows)
            return []
        } catch let refusal as ImportRefusal {
            return refusal.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `Definitions are read with their answers, by half or full-width signs`() throws {
        let rows = try read(
            """
            c,S1,source,singlevaluelist,yes,水源,Source,tap:自来水:Tap water;well:水井
            c,S1,signs,MultiValueList,,异常,,cloudy：浑浊：Cloudy； smell : 异味
            c,S1,since,datetime,no,何时开始,Since when,
            c,S2,-,,,,,
            """)
        #expect(
            rows.map(\.attribute) == [
                ServiceAttribute(
                    code: "source", datatype: .singleValueList, isRequired: true, description: "水源",
                    descriptionInEnglish: "Source",
                    values: [
                        .init(key: "tap", name: "自来水", nameInEnglish: "Tap water"),
                        .init(key: "well", name: "水井", nameInEnglish: ""),
                    ]),
                ServiceAttribute(
                    code: "signs", datatype: .multiValueList, isRequired: false, description: "异常",
                    descriptionInEnglish: "",
                    values: [
                        .init(key: "cloudy", name: "浑浊", nameInEnglish: "Cloudy"),
                        .init(key: "smell", name: "异味", nameInEnglish: ""),
                    ]),
                ServiceAttribute(
                    code: "since", datatype: .datetime, isRequired: false, description: "何时开始",
                    descriptionInEnglish: "Since when", values: []),
                nil,
            ])
        #expect(rows.map(\.service.code) == ["S1", "S1", "S1", "S2"])
    }

    @Test func `Every bad cell is named with line and column`() {
        let form = "expected KEY:NAME or KEY:NAME:ENGLISH NAME for each answer, separated by ;, each key a code and there once"
        let found = problems(
            """
            c,S1,sou rce,list,maybe,,,
            c,S1,kind,singlevaluelist,yes,类型,,
            c,S1,pole,string,no,杆号,,a:甲
            c,S1,sign,multivaluelist,no,异常,,a:甲;a:乙
            c,S1,kind,number,no,类型,,
            c,S1,-,,,,,
            """)
        #expect(
            found == [
                "a.csv:2:6: attribute: expected a code of letters, digits, - and _, found \"sou rce\"",
                "a.csv:2:14: datatype: expected string, number, datetime, text, singlevaluelist or multivaluelist, "
                    + "found \"list\"",
                "a.csv:2:19: required: expected yes or no, found \"maybe\"",
                "a.csv:2:25: description: expected the question, found nothing",
                "a.csv:3:35: values: \(form), found nothing",
                "a.csv:4:25: values: expected nothing, for string is no list, found \"a:甲\"",
                "a.csv:5:33: values: \(form), found \"a:甲;a:乙\"",
                "a.csv:6:6: attribute: expected each entry once; line 3 has this one already, found \"kind\"",
                "a.csv:7:6: attribute: expected \"attributes\" as in line 2, for service S1, found \"-\"",
            ])
    }
}

struct AttributeTests {
    private static let file = """
        county,service,attribute,datatype,required,description,description_en,values
        C,S1,source,singlevaluelist,yes,水源,Source,tap:自来水:Tap water;well:水井:Well
        C,S1,houses,number,no,户数,Houses,
        """

    @discardableResult
    private func store(_ text: String, _ county: StoreCounty) async throws -> ImportReport {
        try await RegisterImporter(pool: county.pool).store(
            try ReadRegisterFile(.attributes)(file: "a.csv", bytes: Array(text.utf8)))
    }

    private func attributes(of code: String, _ county: StoreCounty, version: Int64? = nil) async throws -> [String] {
        let register = try await RegisterStore(pool: county.pool).load(county: County.ID(1), version: version)
        return register.serviceByCode[code].flatMap { register.services[$0] }?.attributes.map(\.code) ?? []
    }

    @Test func `Imported definitions are loaded, kept by version, replaced as a whole, and taken away`() async throws {
        try await StoreCounty.with { county in
            let first = try await store(Self.file, county)
            #expect(first.counts == ["service": ImportReport.Count(updated: 1)])
            #expect(first.versionAfter == first.versionBefore + 1)
            let register = try await RegisterStore(pool: county.pool).load(county: County.ID(1))
            let service = try #require(register.serviceByCode["S1"].flatMap { register.services[$0] })
            #expect(
                service.attributes == [
                    ServiceAttribute(
                        code: "source", datatype: .singleValueList, isRequired: true, description: "水源",
                        descriptionInEnglish: "Source",
                        values: [
                            .init(key: "tap", name: "自来水", nameInEnglish: "Tap water"),
                            .init(key: "well", name: "水井", nameInEnglish: "Well"),
                        ]),
                    ServiceAttribute(
                        code: "houses", datatype: .number, isRequired: false, description: "户数",
                        descriptionInEnglish: "Houses", values: []),
                ])
            #expect(try await attributes(of: "S2", county).isEmpty)
            let again = try await store(Self.file, county)
            #expect(again.versionAfter == again.versionBefore)
            #expect(again.counts == ["service": ImportReport.Count(unchanged: 1)])

            try await store("county,service,attribute,datatype,description\nC,S1,depth,number,水深\n", county)
            #expect(try await attributes(of: "S1", county) == ["depth"])
            #expect(try await attributes(of: "S1", county, version: first.versionAfter) == ["source", "houses"])
            try await store("county,service,attribute\nC,S1,-\n", county)
            #expect(try await attributes(of: "S1", county).isEmpty)
            #expect(try await attributes(of: "S1", county, version: first.versionAfter) == ["source", "houses"])
            let then = try await RegisterStore(pool: county.pool).load(
                county: County.ID(1), version: first.versionAfter)
            #expect(then.services == register.services)
        }
    }

    @Test func `A service that is not there refuses the file`() async throws {
        try await StoreCounty.with { county in
            let text = "county,service,attribute,datatype,description\nC,S1,depth,number,水深\nC,S9,depth,number,水深\n"
            do {
                try await store(text, county)
                Issue.record("it was stored")
            } catch let refusal as ImportRefusal {
                #expect(
                    refusal.problems.map(\.description)
                        == ["a.csv:3:3: service: expected the code of a service of county C, found \"S9\""])
            }
            #expect(try await attributes(of: "S1", county).isEmpty)
        }
    }

    private func outcome(
        _ attributes: String?, _ county: StoreCounty, service: String = "S1", description: String = "it drips"
    ) async throws -> Result<AcceptOutcome, FieldProblems> {
        var submission = StoreCounty.submission("\(UInt64.random(in: 0 ... .max))", service: service, description: description)
        submission.attributes = attributes.map { Array($0.utf8) }
        return try await county.intake.accept([submission], lane: county.lane("intake"))[0]
    }

    @Test func `Intake names everything that is wrong with the answers, together with all else`() async throws {
        try await StoreCounty.with { county in
            try await store(Self.file, county)
            let refused = try await outcome(#"{"houses":"many"}"#, county, description: "")
            guard case .failure(let problems) = refused else { throw Unexpected(what: "\(refused)") }
            #expect(
                problems.problems.map { "\($0.field) \($0.code)" }
                    == ["description missing", "attributes.source missing", "attributes.houses not_a_number"])
            #expect(
                problems.problems[1].english
                    == "\"attributes.source\" is missing: Source (tap: Tap water, well: Well)")
            #expect(problems.problems[1].chinese == "缺少“attributes.source”：水源（tap：自来水，well：水井）")
            guard case .failure(let unknown) = try await outcome(#"{"source":"river"}"#, county) else {
                throw Unexpected(what: "a value outside the list was taken")
            }
            #expect(
                unknown.problems.map(\.english)
                    == ["\"attributes.source\" must be of tap: Tap water, well: Well, not \"river\""])
            let accepted = try await outcome(#"{"source":"well","houses":3,"colour":{"any":"thing"}}"#, county)
            guard case .accepted(let id) = try accepted.get() else { throw Unexpected(what: "\(accepted)") }
            let kept = try await county.texts("select attributes from personal.submission where request_id = '\(id)'")
            #expect(kept == [#"{"source":"well","houses":3,"colour":{"any":"thing"}}"#])
            // A service that asks nothing takes anything.
            #expect(try await outcome(#"{"source":"river"}"#, county, service: "S2").get() != .conflict)
        }
    }

    @Test func `Nobody is refused for questions that are asked no more, nor taken without those that are asked now`()
        async throws
    {
        try await StoreCounty.with { county in
            try await store(Self.file, county)
            _ = try await county.registers.refresh()
            try await store("county,service,attribute\nC,S1,-\n", county)
            #expect(try await outcome(nil, county).get() != .conflict)
            try await store(Self.file, county)
            await #expect(throws: FieldProblems.self) { try await outcome(nil, county).get() }
        }
    }

    @Test func `Records of other systems are not asked`() async throws {
        try await StoreCounty.with { county in
            try await store(Self.file, county)
            let submission = StoreCounty.submission("old")
            let snapshot = try await county.registers.refresh()
            #expect(throws: FieldProblems.self) { try submission.validated(against: snapshot).get() }
            let valid = try submission.validated(against: snapshot, asksAttributes: false).get()
            #expect(valid.place.village == Village.ID(1))
        }
    }
}
