package dev.fovea.roles;

import dev.fovea.kernel.Problem;
import java.net.URI;
import java.util.Map;

/**
 * A problem of another process whose class the called API doesn't declare. It keeps its type, words
 * and members, so that whoever asked first is told the same as if all ran in one process; code that
 * wants to catch the class must declare it in {@code throws}.
 */
public final class RelayedProblem extends Problem {
  private final URI type;
  private final transient Map<String, Object> members;

  /**
   * @param type as it came
   * @param members what it carries beside the words
   */
  public RelayedProblem(
      Kind kind, URI type, String detail, String remedy, Map<String, Object> members) {
    super(kind, detail, remedy);
    this.type = type;
    this.members = Map.copyOf(members);
  }

  public URI type() {
    return type;
  }

  public Map<String, Object> members() {
    return members;
  }
}
