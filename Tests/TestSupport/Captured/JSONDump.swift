package import TaskQueue

/// A JSON value in a form that has one spelling: what two readers of JSON can be compared by.
///
/// Numbers keep their text, followed by the bits of the nearest double; strings are in
/// hexadecimal; members are sorted, and of duplicates the last is left.
package enum JSONDump {
    package static func dump(_ value: JSONText) -> String {
        switch value.kind {
        case .null, .boolean: value.text
        case .number: "n\(value.text)/\(bits(value.double ?? 0))"
        case .string: value.string.map { "s" + Hexadecimal.text($0.utf8) } ?? "half"
        case .array: "[" + (value.elements ?? []).map(dump).joined(separator: ",") + "]"
        case .object: "{" + members(of: value).joined(separator: ",") + "}"
        }
    }

    private static func members(of object: JSONText) -> [String] {
        var last: [String: String] = [:]
        for (key, value) in object.members ?? [] { last[Hexadecimal.text(key.utf8)] = dump(value) }
        return last.map { "\($0)=\($1)" }.sorted()
    }

    private static func bits(_ number: Double) -> String {
        number.isNaN ? "nan" : String(number.bitPattern, radix: 16)
    }

    /// A Python program that does the same to each line of standard input, which is a text in
    /// hexadecimal.
    package static let program = """
        import json, math, struct, sys

        class Number(str):
            pass

        def bits(text):
            number = float(text)
            return "nan" if math.isnan(number) else "%x" % struct.unpack(">Q", struct.pack(">d", number))

        def hexadecimal(text):
            try:
                return text.encode().hex()
            except UnicodeEncodeError:
                return None

        def dump(value):
            if value is None or value is True or value is False:
                return {None: "null", True: "true", False: "false"}[value]
            if isinstance(value, Number):
                return f"n{value}/{bits(value)}"
            if isinstance(value, str):
                text = hexadecimal(value)
                return "half" if text is None else "s" + text
            if isinstance(value, list):
                return "[" + ",".join(map(dump, value)) + "]"
            members = ((hexadecimal(key), dump(item)) for key, item in value.items())
            return "{" + ",".join(sorted(f"{key}={item}" for key, item in members if key is not None)) + "}"

        def read(text):
            return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)

        for line in sys.stdin:
            try:
                print(dump(read(bytes.fromhex(line).decode())))
            except (ValueError, RecursionError):
                print("refused")
        """
}
