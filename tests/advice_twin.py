"""What measures do to one firm's year, one after the other, by plain sums."""

EF, GAS = 0.4974, 389.31 * 0.0153 * 0.99 * 44 / 12
POWER_TCE, GAS_TCE, GJ_PER_TCE = 0.1229, 13.3, 29.3076


def middle(measure, name):
    return (measure[f"{name}_low"] + measure[f"{name}_high"]) / 2


class PlainFirm:
    """A firm that buys power and gas: MWh and 10^4 Nm3 in a year."""

    def __init__(self, power, gas, green=0.0):
        self.power, self.gas, self.green = power, gas, green
        self.own = self.needed = 0.0  # what a measure needs is bought, and no other one acts on it

    def net(self):
        bought = self.power + self.needed
        return self.gas * GAS + EF * (bought - min(self.green, bought))

    def gross(self):
        return self.gas * GAS + EF * (self.power + self.needed + self.own)

    def take(self, measure):
        """Return units saved (MWh, or GJ for gas) and power needed; the firm is what is left."""
        share = middle(measure, "use") * middle(measure, "saving")
        if measure["kinds"] == "pipeline_gas":
            saved = share * self.gas
            heat = saved * GAS_TCE * GJ_PER_TCE
            needed = heat * middle(measure, "power")
            self.gas -= saved
            self.needed += needed
            return heat, needed
        taken = share * self.power
        if measure["to_kind"] == "green_power":
            self.green += taken
        else:
            self.power -= taken
        if measure["to_kind"] == "own_pv":
            self.own += taken
        return taken, 0.0
