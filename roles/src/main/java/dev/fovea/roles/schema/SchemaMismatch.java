package dev.fovea.roles.schema;

import dev.fovea.kernel.Problem;

/** The database is not as this build needs it; nothing was changed. */
public final class SchemaMismatch extends Problem {
  private final String schema;
  private final String what;
  private final String fix;

  /**
   * @param schema of which service
   * @param what how it differs
   * @param fix what to run
   */
  public SchemaMismatch(String schema, String what, String fix) {
    super(Kind.CONFLICT, "the schema '%s' of the database %s".formatted(schema, what), fix);
    this.schema = schema;
    this.what = what;
    this.fix = fix;
  }

  public String schema() {
    return schema;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}
