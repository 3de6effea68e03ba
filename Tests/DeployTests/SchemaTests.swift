import Foundation
import Testing

@Suite struct SchemaTests {
    @Test(
        .enabled(
            if: Tool.checkJSONSchema != nil, "TUESDAY_TEST_CHECK_JSONSCHEMA names no program; deploy/test sets it"))
    func `every golden example keeps its schema`() throws {
        let program = try #require(Tool.checkJSONSchema)
        let folder = "Sources/Contracts/Schemas"
        let examples = try FileManager.default.contentsOfDirectory(atPath: Repository.url("\(folder)/examples").path)
        let names = Set(examples.map { $0.split(separator: ".")[0] })
        #expect(names.count == 6)
        for name in names {
            let files = examples.filter { $0.hasPrefix("\(name).") }.map { "\(folder)/examples/\($0)" }
            let child = try Child.run(program, ["--schemafile", "\(folder)/\(name).v1.json"] + files)
            #expect(child.status == 0, "\(child.output)")
        }
    }
}
