package dev.fovea.lab.fleet;

import dev.fovea.kernel.Name;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the lab works.
 *
 * @param local the name of the device that is this machine's processor
 * @param lease how long a device stays leased to a process that has gone silent
 * @param lostAfter how long a device may be silent before it counts as lost
 * @param longestJob how long one profile may take
 */
@ConfigurationProperties("fovea.lab")
public record LabProperties(
    @DefaultValue("local-cpu") Name local,
    @DefaultValue("15s") Duration lease,
    @DefaultValue("30s") Duration lostAfter,
    @DefaultValue("10m") Duration longestJob) {}
