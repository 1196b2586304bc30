package dev.fovea.registry.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.jdbc.core.SqlTypeValue;
import org.springframework.jdbc.core.simple.JdbcClient;

/** SQL in the making: what comes from outside goes into parameters, never into the text. */
public final class Sql {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final StringBuilder text = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  /** Begins with this. */
  public static Sql of(String text, Object... parameters) {
    return new Sql().add(text, parameters);
  }

  /** Goes on with this; one parameter for each question mark. */
  public Sql add(String more, Object... values) {
    text.append(more).append('\n');
    parameters.addAll(Arrays.asList(values));
    return this;
  }

  /** Whether a column satisfies a comparison of texts. */
  public Sql matching(String column, Comparison comparison) {
    if (comparison.operator().takesList()
        && comparison.operand() instanceof Operand.Words(var words)) {
      var test = comparison.operator() == Operator.IN ? " = any(?)" : " <> all(?)";
      return add(column + test, (Object) words.toArray(String[]::new));
    }
    return add("%s %s ?".formatted(column, comparison.operator().sql()), comparison.word());
  }

  /**
   * Whether a row of keys and values has this key with such a value; {@code from} ends in a
   * condition.
   */
  public Sql having(String from, Comparison comparison) {
    if (comparison.operator().asksPresence()) {
      var not = comparison.operator() == Operator.IS_NULL ? "not " : "";
      return add(
          " and %sexists (select 1 from %s and x.key = ?)".formatted(not, from), comparison.key());
    }
    return add(" and exists (select 1 from %s and x.key = ? and ".formatted(from), comparison.key())
        .matching("x.value", comparison)
        .add(")");
  }

  /** A statement with all of it. */
  public JdbcClient.StatementSpec on(JdbcClient database) {
    return database.sql(text.toString()).params(parameters);
  }

  /** A parameter that is NULL where there is no value. */
  public static Object orNull(Optional<?> value) {
    return new SqlParameterValue(SqlTypeValue.TYPE_UNKNOWN, value.orElse(null));
  }

  /**
   * A client whose statements end after ten seconds, for those that a stranger's filter can make
   * slow.
   */
  public static JdbcClient bounded(DataSource database) {
    var template = new JdbcTemplate(database);
    template.setQueryTimeout(Math.toIntExact(LONGEST.toSeconds()));
    return JdbcClient.create(template);
  }
}
