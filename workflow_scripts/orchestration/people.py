"""The data on people that a study uses (comparison.people), for rules and checks."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from workflow_scripts.common.files import is_there
from workflow_scripts.common.places import located
from workflow_scripts.comparison.beside import PEOPLE
from workflow_scripts.comparison.people_files import FETCHED, fields_of, people_files
from workflow_scripts.comparison.wegrzyn_files import FILES, fetch_instructions, source_files
from workflow_scripts.datasets.listing import expression_names, named_expression

KEY = "comparison.people"
UNCOVERING = "uncovering"  # the explainer that keeps trials
OF_WEGRZYN2017 = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")


def used_people(config: Mapping) -> list[str]:
    """The people sets of the run, and those that masks of the run are made of."""
    mask_sets = [config["comparison"]["mask_sets"][name] for name in config["run"]["mask_sets"]]
    of_masks = [mask_set["people"] for mask_set in mask_sets if "people" in mask_set]
    return list(dict.fromkeys([*config["run"]["people"], *of_masks]))


def with_trials(config: Mapping) -> list[str]:
    """The people sets of the run whose trials of the uncovering task are known."""
    return [name for name in config["run"]["people"] if is_fetched(config["comparison"]["people"][name])]


def uncovering_explainers(config: Mapping) -> list[str]:
    """The explainers of the run that show networks the uncovering task."""
    entries = config["explanation"]["explainers"]
    return [name for name in config["run"]["explainers"] if entries[name]["explainer"] == UNCOVERING]


def is_fetched(entry: Mapping) -> bool:
    """Whether rule fetch_people gets the data of an entry under comparison.people."""
    return entry["data"] in FETCHED


def fetched_people(config: Mapping) -> list[str]:
    """The people sets whose data rule fetch_people gets."""
    return [name for name, entry in config["comparison"]["people"].items() if is_fetched(entry)]


def named_files(config: Mapping, people: str) -> list[str]:
    """The files that the settings of a people set name."""
    return [path for paths in people_files(config["comparison"]["people"][people]).values() for path in paths]


def fetched_weights(config: Mapping, people: str) -> list[str]:
    """The table of fetched tile weights, of data that are fetched."""
    return [f"{PEOPLE.results}/{people}/weights.csv"] * (people in fetched_people(config))


def folder_files(config: Mapping, people: str) -> list[str]:
    """The files of the folder that fetched data are taken from, if there is one."""
    folder = config["comparison"]["people"][people]["folder"]
    if not folder:
        return []
    return [str(Path(folder, name)) for name in source_files(located(folder), located(FILES))]


def located_folder(config: Mapping, people: str) -> str:
    """That folder; empty if the data are downloaded."""
    folder = config["comparison"]["people"][people]["folder"]
    return str(located(folder)) if folder else ""


def maps_file(people: str) -> str:
    """The file with all maps of a people set."""
    return f"{PEOPLE.results}/{people}/maps.h5"


def known_expressions(config: Mapping, people: str) -> set[str] | None:
    """The expressions that a people set has maps of; None if that is known only when it is read."""
    entry = config["comparison"]["people"][people]
    if entry["data"] == "wegrzyn2017":
        return set(OF_WEGRZYN2017)
    if entry["data"] == "maps":
        names = expression_names(entry.get("labels", {}))
        return {named_expression(fields["expression"], names) for fields in _told(entry)}
    return None


def problems(config: Mapping) -> Iterator[str]:
    """Why data on people cannot be used, a line each."""
    for name in used_people(config):
        entry = config["comparison"]["people"][name]
        for setting, paths in people_files(entry).items():
            if not paths:
                yield f"{KEY}.{name}.{setting}: no file matches {entry[setting]} (relative to {Path.cwd()})"
            for path in (path for path in paths if not is_there(located(path))):
                yield f"{KEY}.{name}.{setting}: there is no file {path} (relative to {Path.cwd()})"
        folder = folder_files(config, name) if is_fetched(entry) else []
        absent = [path for path in folder if not is_there(located(path))]
        if absent:
            yield f"{KEY}.{name}.folder: there is no file {absent[0]}; {fetch_instructions(name)}"
    yield from _masks_without_maps(config)


def _masks_without_maps(config: Mapping) -> Iterator[str]:
    studied = config["run"]["expressions"]
    for name in config["run"]["mask_sets"]:
        entry = config["comparison"]["mask_sets"][name]
        known = known_expressions(config, entry["people"]) if "people" in entry else None
        wanted = [one for one in entry["expressions"] if one in studied]
        if known is not None and (lacking := [one for one in wanted if one not in known]):
            yield (
                f"comparison.mask_sets.{name}.expressions: {entry['people']} has no maps of "
                f"{', '.join(lacking)}; take them out of the list"
            )


def doubts(config: Mapping) -> Iterator[str]:
    """What people of a run lack, and scores of theirs that mean nothing, a line each."""
    for mask_set in config["run"]["mask_sets"]:
        name = config["comparison"]["mask_sets"][mask_set].get("people")
        if name in config["run"]["people"]:
            yield (
                f"run.mask_sets names {mask_set}, whose masks are the places of {PEOPLE.prefix}{name}, which "
                "run.people puts beside the networks: its scores against them are perfect by construction"
            )
    for name in config["run"]["people"]:
        entry, known = config["comparison"]["people"][name], known_expressions(config, name)
        lacking = [one for one in config["run"]["expressions"] if known is not None and one not in known]
        if known and lacking:
            yield f"{KEY}.{name}: there are no maps of {', '.join(lacking)}; their columns stay empty"
        persons = {fields.get("person", "") for fields in _told(entry)} if entry["data"] == "maps" else ()
        if len(persons) == 1:
            yield (
                f"{KEY}.{name}: the maps are of one person, or a mean; how well people agree with each "
                "other, the ceiling, is unknown"
            )


def _told(entry: Mapping) -> list[dict[str, str]]:
    """What the names of the images of a set tell."""
    paths = people_files(entry).get("maps", [])
    return [fields for path in paths if (fields := fields_of(entry["maps"], path))]
