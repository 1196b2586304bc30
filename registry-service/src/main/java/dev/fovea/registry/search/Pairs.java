package dev.fovea.registry.search;

import dev.fovea.registry.protocol.KeyValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Tags and parameters of many rows, read with the rows themselves. */
public final class Pairs {
  private Pairs() {}

  /**
   * Two columns with the keys and the values; {@code from} names the table {@code x} and ends in a
   * condition.
   */
  public static String columns(String name, String from) {
    return """
    array(select x.key from %2$s order by x.key) as %1$s_keys,
    array(select x.value from %2$s order by x.key) as %1$s_values
    """
        .formatted(name, from);
  }

  /** What those columns hold, by key. */
  public static List<KeyValue> of(ResultSet row, String name) throws SQLException {
    var keys = (String[]) row.getArray(name + "_keys").getArray();
    var values = (String[]) row.getArray(name + "_values").getArray();
    var pairs = new ArrayList<KeyValue>(keys.length);
    for (int i = 0; i < keys.length; i++) {
      pairs.add(new KeyValue(keys[i], values[i]));
    }
    return pairs;
  }
}
