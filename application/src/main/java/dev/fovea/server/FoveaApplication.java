package dev.fovea.server;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.ComponentScan;

/**
 * Every service brings its own auto-configuration; nothing is scanned here, so that no service is
 * found twice.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@ConfigurationPropertiesScan({"dev.fovea.server", "dev.fovea.security"})
@ComponentScan({"dev.fovea.server", "dev.fovea.security", "dev.fovea.metrics"})
class FoveaApplication {}
