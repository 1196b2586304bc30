package dev.fovea.onnx.export.program;

/** Where a call stands in the source of the model. */
public final class SourceLine {
  private static final String FILE = "File \"";
  private static final String LINE = "\", line ";

  private SourceLine() {}

  /**
   * File and line of the innermost frame of a Python stack trace, such as {@code vit.py:12}; empty
   * if the text holds none. Folders are left out: they are those of the machine that exported the
   * program.
   */
  public static String innermost(String trace) {
    int file = trace.lastIndexOf(FILE);
    int line = trace.indexOf(LINE, Math.max(file, 0));
    if (file < 0 || line < 0) {
      return "";
    }
    var path = trace.substring(file + FILE.length(), line);
    int from = line + LINE.length();
    int to = from;
    while (to < trace.length() && to - from < 9 && Character.isDigit(trace.charAt(to))) {
      to++;
    }
    var name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return to == from ? name : name + ":" + trace.substring(from, to);
  }
}
