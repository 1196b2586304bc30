package dev.fovea.dvc;

import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Which plain texts DVC would not read as texts (ruamel.yaml 0.18, {@code resolver.py}, YAML 1.2):
 * they are written in quotes. A folder may be named {@code 2024-01-31} or {@code 007}.
 */
public final class DvcScalars extends CoreSchema {
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+"
              + "|[0-9][0-9_]*\\.[0-9_]*([eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+)");
  private static final Pattern MOMENT =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}"
              + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \\t]+)[0-9]{1,2}:.*");
  private static final Pattern VALUE = Pattern.compile("=");

  private final ScalarResolver resolver = new Resolver();

  @Override
  public ScalarResolver getScalarResolver() {
    return resolver;
  }

  private static final class Resolver extends CoreScalarResolver {
    Resolver() {
      super(true);
      addImplicitResolver(Tag.FLOAT, NUMBER, "-+0123456789");
      addImplicitResolver(new Tag("tag:yaml.org,2002:timestamp"), MOMENT, "0123456789");
      addImplicitResolver(new Tag("tag:yaml.org,2002:value"), VALUE, "=");
    }
  }
}
