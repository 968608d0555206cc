"""The command that publishes what is served to a store of its own."""

import json
from dataclasses import asdict
from typing import Any

import click

from fellesord.cli.options import chosen_from, options, told
from fellesord.errors import InvalidSetting


@click.command()
@click.option("--to", required=True, help="Query address of the store, as --store takes it.")
@click.option("--update", "updates", help="Where it takes SPARQL Update, if that is not known.")
@click.option("--graph-store", "graphs", help="Where it takes whole graphs, if it does.")
@click.option("--keep", type=click.IntRange(min=1), help="Remove all but the newest so many.")
@click.option("--list", "only_list", is_flag=True, help="Change nothing; tell which generations are there.")
@told
@options("vocab", "attach", "cache", "store-timeout")
def load(
    to: str,
    updates: str | None,
    graphs: str | None,
    keep: int | None,
    only_list: bool,
    form: str,
    **given: Any,
) -> None:
    """Publish what is served to a SPARQL 1.1 store, for --store with --store-graph newest to answer from.

    It goes into a graph of its own, is compared with what was sent, statement by statement, and only then
    entered into the catalogue that readers look into. User, password or token come from FELLESORD_STORE_USER,
    FELLESORD_STORE_PASSWORD and FELLESORD_STORE_TOKEN.
    """
    chosen = chosen_from(given, without=("store", "store-graph"))
    from fellesord.store.embedded import EmbeddedStore
    from fellesord.store.publishing import Shelf
    from fellesord.store.remote import RemoteStore
    from fellesord.store.writing import Writer
    from fellesord.web import opening

    endpoint = opening.endpoint(chosen, to)
    if only_list:
        shelf = Shelf(RemoteStore(endpoint, ""), opening.base(chosen))
        _tell([asdict(each) for each in shelf.generations()], form)
        return
    built = opening.prepare(chosen)
    store = EmbeddedStore.open(built, in_memory=0) if built else EmbeddedStore.build(opening.sources(chosen))
    shelf = Shelf(RemoteStore(endpoint, ""), store.manifest.base)
    shelf.generations()
    engine = shelf.store.engine
    if updates is None:
        updates, graphs = engine.beside(to, engine.update), graphs or engine.beside(to, engine.graphs)
    if updates is None:
        raise InvalidSetting(
            f"{to} is answered by {engine.name}; say where it takes SPARQL Update with --update,"
            " and where whole graphs with --graph-store"
        )
    writer = Writer(updates, graphs, endpoint.access, chosen.store_timeout)
    _tell([asdict(shelf.publish(store.generation, store.statements(), writer))], form)
    for gone in shelf.prune(keep, writer) if keep else ():
        click.echo(f"removed {gone.graph}", err=True)


def _tell(found: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(found, indent=2))
        return
    for each in found:
        state = f"{each['issued']}  {each['triples']} statements" if each["issued"] else "begun, not whole"
        click.echo(f"{each['graph']}  {state}")
