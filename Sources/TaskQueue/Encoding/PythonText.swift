/// JSON as Python would print it: what `celery events` and Flower show of a task's arguments.
///
/// These are the headers `argsrepr` and `kwargsrepr`, for people only. As Celery prints them: quotation
/// marks in strings are escaped and backslashes are not, contents nested more than three deep are
/// left out, and long text is cut. Unlike Celery's, control characters are escaped, as these texts
/// are printed on terminals.
enum PythonText {
    /// An array as a tuple: `(2, 'x')`, `(2,)`, `()`.
    static func tuple(_ array: JSONText) -> String {
        var writer = PythonTextWriter()
        writer.tuple(array.bytes[...])
        return writer.text
    }

    static func value(_ value: JSONText) -> String {
        var writer = PythonTextWriter()
        writer.value(value.bytes[...], depth: 1)
        return writer.text
    }
}
