extension JSONText {
    /// The object with members set: those of these names are replaced, all others stay as they stand.
    ///
    /// The value must be an object.
    package func setting(_ new: [(key: String, value: JSONText)]) -> JSONText {
        guard let fields = try? JSONFields(bytes) else {
            preconditionFailure("members can only be set in an object")
        }
        var edited: [UInt8] = [UInt8(ascii: "{")]
        for (name, value) in new {
            if edited.count > 1 { edited.append(UInt8(ascii: ",")) }
            edited.append(contentsOf: JSONText(string: name).bytes)
            edited.append(UInt8(ascii: ":"))
            edited.append(contentsOf: value.bytes)
        }
        for member in fields.memberTexts(without: new.map(\.key)) {
            if edited.count > 1 { edited.append(UInt8(ascii: ",")) }
            edited.append(contentsOf: member)
        }
        edited.append(UInt8(ascii: "}"))
        return JSONText(wellFormed: edited)
    }
}
