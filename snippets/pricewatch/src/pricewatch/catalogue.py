"""The catalogue: the shoes that the shop sells, and their prices on each day."""

from dataclasses import dataclass
from datetime import date
from random import Random

BRANDS = ("Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Rowan")
MODELS = ("Runner", "Trail", "Court", "Slip-on", "High-top")

#: Factors on the full price, one drawn per shoe and day: three of five days have no sale.
SALES = (1.0, 1.0, 1.0, 0.9, 0.8)


@dataclass(frozen=True)
class Shoe:
    """A shoe in the catalogue."""

    brand: str
    model: str

    @property
    def sku(self) -> str:
        """The stock keeping unit (SKU), which identifies the shoe: ``alder-runner``."""
        return f"{self.brand}-{self.model}".lower()

    def price(self, day: date, seed: int) -> float:
        """Return the price in euros on a day; it depends on the day, the seed and nothing else."""
        full = Random(f"{seed}/{self.sku}").randrange(60, 180)
        sale = Random(f"{seed}/{self.sku}/{day}").choice(SALES)
        return round(full * sale - 0.05, 2)


_SHOES = [Shoe(brand, model) for brand in BRANDS for model in MODELS]

#: All forty shoes by SKU, in the order of the shop's front page.
CATALOGUE = {shoe.sku: shoe for shoe in _SHOES}
