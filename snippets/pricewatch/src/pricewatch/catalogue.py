"""What the shop sells, and for how much on which day."""

from dataclasses import dataclass
from datetime import date
from random import Random

BRANDS = ("Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Rowan")
MODELS = ("Runner", "Trail", "Court", "Slip-on", "High-top")

#: Shares of the full price. Most days there is no sale.
SALES = (1.0, 1.0, 1.0, 0.9, 0.8)


@dataclass(frozen=True)
class Shoe:
    """One sneaker of the catalogue."""

    brand: str
    model: str

    @property
    def sku(self) -> str:
        """The stock keeping unit, the shoe's key in every table: ``alder-runner``."""
        return f"{self.brand}-{self.model}".lower()

    def price(self, day: date, seed: int) -> float:
        """Return the price in euros on a day; the same seed gives the same price for ever."""
        full = Random(f"{seed}/{self.sku}").randrange(60, 180)
        sale = Random(f"{seed}/{self.sku}/{day}").choice(SALES)
        return round(full * sale - 0.05, 2)


_SHOES = [Shoe(brand, model) for brand in BRANDS for model in MODELS]

#: All forty shoes by their key, in the order of the shop's front page.
CATALOGUE = {shoe.sku: shoe for shoe in _SHOES}
