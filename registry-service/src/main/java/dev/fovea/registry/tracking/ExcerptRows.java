package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Run;
import dev.fovea.registry.RunExcerpt;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.search.Pairs;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the first parameters, metrics and tags of runs, never all of them. */
@Component
final class ExcerptRows {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{8,32}");
  private static final int MOST_DATASETS = 20;

  private static final String RUNS =
      """
      select r.*, e.name as experiment_name,
        (select count(*) from (select 1 from registry.param x where x.run = r.id limit :counted) c) as params,
        (select count(*) from (select 1 from registry.latest_metric x where x.run = r.id limit :counted) c) as metrics,
        array(select x.key from registry.param x where x.run = r.id and strpos(lower(x.key), lower(:containing)) > 0
          order by x.key limit :each) as param_keys,
        array(select left(x.value, :chars) from registry.param x
          where x.run = r.id and strpos(lower(x.key), lower(:containing)) > 0 order by x.key limit :each) as param_values,
        array(select x.key from registry.tag x where x.run = r.id order by x.key limit :each) as tag_keys,
        array(select left(x.value, :chars) from registry.tag x where x.run = r.id order by x.key limit :each) as tag_values,
        array(select x.key from registry.latest_metric x where x.run = r.id and strpos(lower(x.key), lower(:containing)) > 0
          order by x.key collate "C" limit :each) as metric_keys,
        array(select case when x.is_nan then 'NaN' else x.value end from registry.latest_metric x
          where x.run = r.id and strpos(lower(x.key), lower(:containing)) > 0
          order by x.key collate "C" limit :each) as metric_values
      from registry.run r join registry.experiment e on e.project = r.project and e.id = r.experiment
      where r.project = :project and r.id = any(:ids) order by array_position(:ids, r.id)
      """;

  private final JdbcClient searches;

  ExcerptRows(DataSource source) {
    this.searches = Sql.bounded(source);
  }

  /** The ids of the newest runs that are not deleted. */
  List<String> newest(Name project, int limit) {
    return searches
        .sql(
            """
            select id from registry.run where project = ? and lifecycle = 'active'
            order by started_ms desc, id limit ?
            """)
        .params(project.text(), limit)
        .query((row, _) -> row.getString("id"))
        .list();
  }

  /** The whole id of the run whose id begins so. */
  String id(Name project, String digits) {
    var found =
        DIGITS.matcher(digits).matches()
            ? searches
                .sql(
                    "select id from registry.run where project = ? and id >= ? and id < ? || 'g' order by id limit 2")
                .params(project.text(), digits, digits)
                .query((row, _) -> row.getString("id"))
                .list()
            : List.<String>of();
    if (found.size() > 1) {
      throw new NoSuchThing("single run that begins with", digits, "write more digits of the id");
    }
    return found.stream()
        .findFirst()
        .orElseThrow(() ->
            new NoSuchThing(
                "run",
                digits,
                "'fovea run list --project %s' shows those that exist".formatted(project)));
  }

  /** These runs in the order of their ids. */
  List<RunExcerpt> read(Name project, List<String> ids, String containing, int each) {
    if (ids.isEmpty()) {
      return List.of();
    }
    var wanted = ids.toArray(String[]::new);
    var datasets = datasets(wanted);
    return searches
        .sql(RUNS)
        .param("project", project.text())
        .param("ids", wanted)
        .param("containing", containing)
        .param("each", each)
        .param("chars", RunExcerpt.VALUE_CHARS)
        .param("counted", RunExcerpt.COUNTED)
        .query((row, _) ->
            new RunExcerpt(
                run(row, datasets.getOrDefault(row.getString("id"), List.of())),
                row.getInt("params"),
                row.getInt("metrics")))
        .list();
  }

  private Map<String, List<Run.DatasetUse>> datasets(String[] runs) {
    return searches
        .sql(
            """
            select u.run, u.version, d.name, d.digest,
              coalesce(jsonb_path_query_first(u.tags, '$[*] ? (@.key == "mlflow.data.context").value') #>> '{}', '') as context
            from unnest(?::text[]) id cross join lateral
              (select * from registry.run_dataset x where x.run = id order by x.dataset limit ?) u
            join registry.dataset d on d.id = u.dataset order by u.run, d.id
            """)
        .params(runs, MOST_DATASETS)
        .query((row, _) ->
            Map.entry(
                row.getString("run"),
                new Run.DatasetUse(
                    row.getString("name"),
                    row.getString("digest"),
                    Optional.ofNullable(row.getString("version")).map(Digest::parse),
                    row.getString("context"))))
        .list()
        .stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static Run run(ResultSet row, List<Run.DatasetUse> datasets) throws SQLException {
    long ended = row.getLong("ended_ms");
    boolean isOver = !row.wasNull();
    var keys = (String[]) row.getArray("metric_keys").getArray();
    var values = (Double[]) row.getArray("metric_values").getArray();
    var metrics = new TreeMap<String, Double>();
    for (int i = 0; i < keys.length; i++) {
      metrics.put(keys[i], LoggedMetric.sent(values[i]));
    }
    var tags = map(Pairs.of(row, "tag"));
    return new Run(
        new Name(row.getString("project")),
        row.getString("id"),
        row.getString("name"),
        row.getString("experiment_name"),
        row.getString("status"),
        Limits.instant(row.getLong("started_ms")),
        isOver ? Optional.of(Limits.instant(ended)) : Optional.empty(),
        map(Pairs.of(row, "param")),
        metrics,
        tags,
        withVersion(datasets, Optional.ofNullable(tags.get(DatasetInput.VERSION_TAG))));
  }

  /** Where a run used one dataset alone, its tag may name the version. */
  private static List<Run.DatasetUse> withVersion(
      List<Run.DatasetUse> datasets, Optional<String> tag) {
    if (datasets.size() != 1 || datasets.getFirst().version().isPresent()) {
      return datasets;
    }
    var used = datasets.getFirst();
    return List.of(
        new Run.DatasetUse(
            used.name(), used.digest(), tag.flatMap(DatasetInput::namedVersion), used.context()));
  }

  private static Map<String, String> map(List<KeyValue> pairs) {
    var map = new TreeMap<String, String>();
    pairs.forEach(pair -> map.put(pair.key(), pair.value()));
    return map;
  }
}
