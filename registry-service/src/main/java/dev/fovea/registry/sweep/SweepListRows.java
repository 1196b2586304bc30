package dev.fovea.registry.sweep;

import dev.fovea.kernel.Name;
import dev.fovea.registry.Sweep;
import dev.fovea.registry.SweepTrial;
import dev.fovea.registry.SweepTrial.Reported;
import dev.fovea.registry.search.Sql;
import dev.fovea.registry.sweep.trial.Goal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads sweeps and courses of trials as lists, without holding anything. */
@Component
final class SweepListRows {
  private static final int MOST = 200;
  private static final int MOST_REPORTS = 60;

  private static final String SWEEPS =
      """
      select s.id, s.name, s.plan::jsonb ->> 'method' as method, s.plan::jsonb ->> 'goal' as goal,
        (s.plan::jsonb ->> 'trials')::int as planned, s.metric,
        s.plan::jsonb ->> 'latency' is not null as has_latency, s.created, s.created_by, e.name as experiment_name,
        t.state, t.trials, t.least, t.greatest
      from (select * from registry.sweep where project = ? %s order by created desc, id desc limit ?) s
      join registry.experiment e on e.project = s.project and e.id = s.experiment
      left join lateral (select state, count(*) as trials, min(value) as least, max(value) as greatest
        from registry.sweep_trial where sweep = s.id group by state) t on true
      order by s.created desc, s.id desc
      """;

  private final JdbcClient searches;

  SweepListRows(DataSource source) {
    this.searches = Sql.bounded(source);
  }

  List<Sweep> newest(Name project) {
    return sweeps(
        searches
            .sql(SWEEPS.formatted(""))
            .params(project.text(), MOST)
            .query((row, _) -> ofState(row))
            .list());
  }

  /** One of them, which exists. */
  Sweep load(Name project, Name name) {
    return sweeps(
            searches
                .sql(SWEEPS.formatted("and name = ?"))
                .params(project.text(), name.text(), 1)
                .query((row, _) -> ofState(row))
                .list())
        .getFirst();
  }

  /** What these trials reported, evenly thinned; the first and the last stay. */
  SequencedMap<Integer, List<Reported>> courses(long sweep, List<Integer> trials) {
    return searches
        .sql(
            """
            select number, step, value from (
              select *, row_number() over w as place, count(*) over (partition by number) as reports
              from registry.sweep_report where sweep = :sweep and number = any(:trials)
              window w as (partition by number order by step)) r
            where reports <= :most or place = 1 or place * (:most - 1) / reports > (place - 1) * (:most - 1) / reports
            order by number, step
            """)
        .param("sweep", sweep)
        .param("trials", trials.toArray(Integer[]::new))
        .param("most", MOST_REPORTS)
        .query((row, _) ->
            Map.entry(
                row.getInt("number"), new Reported(row.getLong("step"), row.getDouble("value"))))
        .list()
        .stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                TreeMap::new,
                Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static List<Sweep> sweeps(List<OfState> rows) {
    var found = new LinkedHashMap<Name, Sweep>();
    rows.forEach(row -> found.merge(row.sweep().name(), row.sweep(), SweepListRows::together));
    return List.copyOf(found.values());
  }

  private static Sweep together(Sweep one, Sweep other) {
    var trials = new EnumMap<SweepTrial.State, Integer>(SweepTrial.State.class);
    trials.putAll(one.trials());
    trials.putAll(other.trials());
    return new Sweep(
        one.name(),
        one.experiment(),
        one.maximize(),
        one.method(),
        one.planned(),
        trials,
        one.best().or(other::best),
        one.metric(),
        one.latency(),
        one.created(),
        one.createdBy());
  }

  private static OfState ofState(ResultSet row) throws SQLException {
    boolean maximize = Goal.MAXIMIZE.name().equals(row.getString("goal").toUpperCase(Locale.ROOT));
    double value = row.getDouble(maximize ? "greatest" : "least");
    Optional<Double> best = row.wasNull() ? Optional.empty() : Optional.of(value);
    var state = Optional.ofNullable(row.getString("state")).map(SweepTrial.State::valueOf);
    int trials = row.getInt("trials");
    return new OfState(
        new Sweep(
            new Name(row.getString("name")),
            row.getString("experiment_name"),
            maximize,
            row.getString("method").toLowerCase(Locale.ROOT),
            row.getInt("planned"),
            state.stream().collect(Collectors.toMap(Function.identity(), _ -> trials)),
            best.filter(_ -> state.equals(Optional.of(SweepTrial.State.COMPLETE))),
            Optional.ofNullable(row.getString("metric")),
            row.getBoolean("has_latency"),
            row.getObject("created", OffsetDateTime.class).toInstant(),
            row.getString("created_by")));
  }

  /** A sweep as far as the trials of one state tell. */
  private record OfState(Sweep sweep) {}
}
