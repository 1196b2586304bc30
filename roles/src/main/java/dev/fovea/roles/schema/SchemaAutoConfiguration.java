package dev.fovea.roles.schema;

import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** Puts what opens schemas into the application. */
@AutoConfiguration
@EnableConfigurationProperties(Schemas.Settings.class)
public class SchemaAutoConfiguration {
  /** Asked for by services that have a schema, so a process of pages alone needs no database. */
  @Bean
  @Lazy
  Schemas schemas(DataSource database, Schemas.Settings settings) {
    return new Schemas(database, settings);
  }
}
